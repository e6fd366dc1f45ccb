package io.concordkv.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sends the tables of module crds to an API server.
final class ResourceTables {
    private static final Path TABLES = Path.of("../../crds/src/test/resources/resources");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private ResourceTables() {}

    /// Rows that were taken, or refused with other words than expected.
    static List<String> refusalsMissed(KubernetesClient client) throws IOException {
        var missed = new ArrayList<String>();
        for (JsonNode row : YAML.readTree(TABLES.resolve("invalid.yaml").toFile())) {
            before(client, row).ifPresent(e -> missed.add(row.get("name").asText() + ", before: " + e));
            Optional<String> refusal = apply(client, row.get("resource"));
            if (refusal.filter(r -> r.contains(row.get("expect").asText())).isEmpty()) {
                missed.add("%s: expected '%s', got %s"
                        .formatted(row.get("name").asText(), row.get("expect").asText(), refusal.orElse("no refusal")));
            }
        }
        return missed;
    }

    static List<String> goodOnesRefused(KubernetesClient client) throws IOException {
        var refused = new ArrayList<String>();
        for (JsonNode row : YAML.readTree(TABLES.resolve("valid.yaml").toFile())) {
            before(client, row).ifPresent(e -> refused.add(row.get("name").asText() + ", before: " + e));
            apply(client, row.get("resource"))
                    .ifPresent(e -> refused.add(row.get("name").asText() + ": " + e));
        }
        return refused;
    }

    private static Optional<String> before(KubernetesClient client, JsonNode row) {
        return row.has("before") ? apply(client, row.get("before")) : Optional.empty();
    }

    /// The refusal, if there was one.
    private static Optional<String> apply(KubernetesClient client, JsonNode resource) {
        var object = Serialization.unmarshal(resource.toString(), GenericKubernetesResource.class);
        object.getMetadata().setNamespace("default");
        object.getMetadata().setLabels(Map.of("table", "row"));
        try {
            client.resource(object).fieldManager("kubectl").forceConflicts().serverSideApply();
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
