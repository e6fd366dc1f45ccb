package io.concordkv.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Fields that a schema does not name: they are never stored.
public final class UnknownFields {
    private static final Set<String> EVERY_RESOURCE = Set.of("apiVersion", "kind", "metadata");

    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    /// Removes unknown fields.
    ///
    /// @return their paths, such as `spec.containers[0].imagee`
    public static List<String> prune(Schema schema, ObjectNode object) {
        UnknownFields walk = new UnknownFields();
        walk.object(schema, object, "", true);
        return walk.found;
    }

    private void object(Schema schema, ObjectNode object, String path, boolean resource) {
        List<String> unknown = new ArrayList<>();
        object.properties().forEach(field -> {
            String name = field.getKey();
            Schema known = schema.field(name);
            if (known != null) {
                value(known, field.getValue(), path.isEmpty() ? name : path + "." + name);
            } else if (!schema.keepsUnknownFields() && !(resource && EVERY_RESOURCE.contains(name))) {
                unknown.add(name);
            }
        });
        for (String name : unknown) {
            object.remove(name);
            found.add(path.isEmpty() ? name : path + "." + name);
        }
    }

    private void value(Schema schema, JsonNode value, String path) {
        if (value instanceof ObjectNode object) {
            // A value of the wrong type is the validator's to refuse.
            if (schema.type().equals("object") || schema.type().isEmpty()) {
                object(schema, object, path, schema.isEmbeddedResource());
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                value(schema.items(), value.get(i), path + "[" + i + "]");
            }
        }
    }
}
