package io.concordkv.it.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A resource the API server must refuse.
///
/// @param name   what is wrong with it
/// @param expect part of the refusal: names field and limit
/// @param field  what the causes of the refusal name; empty when it has no causes
/// @param before applied first; the refusal is that of the update
public record RefusedResource(
        String name, String expect, String field, Optional<ObjectNode> before, ObjectNode resource) {
    private static final Path TABLE = Path.of("crds/src/test/resources/resources/invalid.yaml");

    /// The table the resource module is tested with.
    ///
    /// @param home top of the clone
    public static List<RefusedResource> read(Path home) throws IOException {
        var rows = new ArrayList<RefusedResource>();
        for (JsonNode row : new YAMLMapper().readTree(Files.readAllBytes(home.resolve(TABLE)))) {
            rows.add(new RefusedResource(
                    row.path("name").asText(),
                    row.path("expect").asText(),
                    row.path("field").asText(),
                    row.path("before") instanceof ObjectNode before ? Optional.of(before) : Optional.empty(),
                    (ObjectNode) row.path("resource")));
        }
        return rows;
    }
}
