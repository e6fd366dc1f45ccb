package io.concordkv.operator.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The objects a kustomization names, read as kustomize does: folders are bases, files must lie
/// within their own folder. Patches are not applied.
final class Kustomization {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String FILE = "kustomization.yaml";

    private Kustomization() {}

    static List<JsonNode> objects(Path folder) {
        var objects = new ArrayList<JsonNode>();
        for (JsonNode resource : documents(folder.resolve(FILE)).getFirst().path("resources")) {
            Path path = folder.resolve(resource.asText()).normalize();
            if (Files.isDirectory(path)) {
                objects.addAll(objects(path));
            } else if (path.startsWith(folder.normalize())) {
                objects.addAll(documents(path));
            } else {
                throw new IllegalStateException("kubectl refuses a file outside its kustomization: " + path);
            }
        }
        return objects;
    }

    static List<JsonNode> patches(Path folder) {
        var patches = new ArrayList<JsonNode>();
        documents(folder.resolve(FILE)).getFirst().path("patches").forEach(patches::add);
        return patches;
    }

    private static List<JsonNode> documents(Path file) {
        try (var reader = Files.newBufferedReader(file)) {
            return YAML.readerFor(JsonNode.class).<JsonNode>readValues(reader).readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
