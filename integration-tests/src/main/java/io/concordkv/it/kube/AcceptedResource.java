package io.concordkv.it.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A resource the API server must accept.
///
/// @param name what is special about it
public record AcceptedResource(String name, ObjectNode resource) {
    private static final Path TABLE = Path.of("crds/src/test/resources/resources/valid.yaml");

    /// The table the resource module is tested with.
    ///
    /// @param home top of the clone
    public static List<AcceptedResource> read(Path home) throws IOException {
        var rows = new ArrayList<AcceptedResource>();
        for (JsonNode row : new YAMLMapper().readTree(Files.readAllBytes(home.resolve(TABLE)))) {
            rows.add(new AcceptedResource(row.path("name").asText(), (ObjectNode) row.path("resource")));
        }
        return rows;
    }
}
