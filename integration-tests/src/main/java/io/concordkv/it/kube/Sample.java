package io.concordkv.it.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One of the ConcordClusters of `k8s/samples`.
///
/// @param tree the resource as JSON
public record Sample(ObjectNode tree) {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectMapper JSON = new ObjectMapper();

    /// The files in `k8s/samples`.
    public enum File {
        CLUSTER("cluster.yaml"),
        SINGLE("cluster-single.yaml");

        private final String fileName;

        File(String fileName) {
            this.fileName = fileName;
        }
    }

    /// @param home  top of the clone
    /// @param image to use instead of the sample's
    public static Sample read(Path home, File file, Optional<String> image) throws IOException {
        Path path = home.resolve("k8s/samples").resolve(file.fileName);
        JsonNode tree = YAML.readTree(Files.readAllBytes(path));
        if (!(tree instanceof ObjectNode object)) {
            throw new IOException(path + " holds no object");
        }
        image.ifPresent(name -> object.withObject("/spec").put("image", name));
        return new Sample(object);
    }

    public String name() {
        return tree.path("metadata").path("name").asText();
    }

    public Sample named(String name) {
        ObjectNode copy = tree.deepCopy();
        copy.withObject("/metadata").put("name", name);
        return new Sample(copy);
    }

    /// The text for kubectl.
    public String text() {
        return tree.toString();
    }

    public ObjectNode object() {
        return tree;
    }

    /// With one more member in the spec.
    public Sample with(String field, JsonNode value) {
        ObjectNode copy = tree.deepCopy();
        copy.withObject("/spec").set(field, value);
        return new Sample(copy);
    }

    public Sample with(String field, int value) {
        return with(field, JSON.getNodeFactory().numberNode(value));
    }

    public int nodes() {
        return tree.path("spec").path("nodes").asInt();
    }
}
