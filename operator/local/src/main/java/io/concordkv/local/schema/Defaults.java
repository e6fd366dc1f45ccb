package io.concordkv.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;

/// Fills in the `default` values of a schema, also inside values that were themselves defaulted.
public final class Defaults {
    private Defaults() {}

    public static void apply(Schema schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.properties().forEach((name, field) -> {
                JsonNode fallback = field.defaultValue();
                if (fallback != null && !Trees.has(object, name)) {
                    object.set(name, fallback.deepCopy());
                }
            });
            object.properties().forEach(field -> {
                Schema known = schema.field(field.getKey());
                if (known != null) {
                    apply(known, field.getValue());
                }
            });
        } else if (value.isArray()) {
            value.forEach(item -> apply(schema.items(), item));
        }
    }
}
