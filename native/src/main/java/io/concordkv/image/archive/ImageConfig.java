package io.concordkv.image.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.image.ImageRecipe;
import java.util.List;
import java.util.Locale;

/// The configuration document of an image, in the form that Docker and the OCI image specification share.
final class ImageConfig {
    private ImageConfig() {}

    static ObjectNode of(ImageRecipe recipe, ImageFacts facts, List<LayerWriter.Written> layers) {
        ObjectNode document = new ObjectMapper().createObjectNode();
        document.put("created", facts.time().toString());
        document.put("architecture", architecture(System.getProperty("os.arch")));
        document.put("os", "linux");

        ObjectNode config = document.putObject("config");
        config.put("User", ImageRecipe.USER + ":" + ImageRecipe.USER);
        config.put("WorkingDir", ImageRecipe.APPLICATION);
        recipe.entryPoint().forEach(config.putArray("Entrypoint")::add);
        ArrayNode environment = config.putArray("Env");
        recipe.environment().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .sorted()
                .forEach(environment::add);
        ObjectNode ports = config.putObject("ExposedPorts");
        recipe.ports().forEach(port -> ports.putObject(port + "/tcp"));
        ObjectNode labels = config.putObject("Labels");
        facts.labels(recipe).forEach(labels::put);

        ObjectNode root = document.putObject("rootfs").put("type", "layers");
        ArrayNode digests = root.putArray("diff_ids");
        ArrayNode history = document.putArray("history");
        for (LayerWriter.Written layer : layers) {
            digests.add("sha256:" + layer.diffId());
            history.addObject()
                    .put("created", facts.time().toString())
                    .put("created_by", "concord images")
                    .put("comment", layer.layer().name().toLowerCase(Locale.ROOT));
        }
        return document;
    }

    /// Java's names of processors, and OCI's.
    static String architecture(String java) {
        return switch (java) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }
}
