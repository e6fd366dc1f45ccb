package io.concordkv.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.Schema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a value falls apart into owned parts: the fields of an object, the elements of a list with
/// keys or of a set. Everything else is owned as a whole.
final class Elements {
    private Elements() {}

    /// One part: its path element, value, schema, and whether it is a declared field of an object
    /// (which has no membership of its own) rather than a list element or map entry.
    record Part(JsonNode value, Schema schema, boolean declaredField) {}

    /// True when parts of the value can have different owners.
    static boolean isGranular(Schema schema, JsonNode value) {
        if (value.isObject()) {
            return !schema.isAtomicObject();
        }
        return value.isArray() && schema.listKind() != Schema.ListKind.ATOMIC;
    }

    /// Parts by path element, in the order of the value.
    static Map<String, Part> of(Schema schema, @Nullable JsonNode value) {
        Map<String, Part> parts = new LinkedHashMap<>();
        if (value == null) {
            return parts;
        }
        if (value.isObject()) {
            value.properties().forEach(field -> {
                String name = field.getKey();
                boolean declared = schema.properties().containsKey(name);
                parts.put("f:" + name, new Part(field.getValue(), schema.fieldOrUnknown(name), declared));
            });
        } else {
            for (JsonNode item : value) {
                parts.putIfAbsent(element(schema, item), new Part(item, schema.items(), false));
            }
        }
        return parts;
    }

    private static String element(Schema schema, JsonNode item) {
        if (schema.listKind() == Schema.ListKind.SET) {
            return "v:" + Trees.string(item);
        }
        ObjectNode keys = Trees.object();
        for (String key : schema.listKeys().stream().sorted().toList()) {
            JsonNode value = item.get(key);
            if (value == null) {
                value = schema.items().fieldOrUnknown(key).defaultValue();
            }
            if (value != null) {
                keys.set(key, value);
            }
        }
        return "k:" + Trees.string(keys);
    }
}
