package io.concordkv.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Works on objects by field sets: which fields are there, what changed, merge and removal, as the
/// structured merge of server-side apply defines them.
final class Fields {
    private Fields() {}

    /// Fields that were added or changed, and fields that are gone.
    record Difference(FieldSet changed, FieldSet removed) {}

    static FieldSet of(Schema schema, JsonNode value) {
        FieldSet set = new FieldSet();
        collect(schema, value, set);
        return set;
    }

    private static void collect(Schema schema, JsonNode value, FieldSet into) {
        if (!Elements.isGranular(schema, value)) {
            into.add();
            return;
        }
        if (value.isEmpty()) {
            into.add();
        }
        Elements.of(schema, value).forEach((element, part) -> {
            FieldSet child = into.child(element);
            collect(part.schema(), part.value(), child);
            if (!part.declaredField()) {
                child.add();
            }
        });
    }

    static Difference compare(Schema schema, JsonNode before, JsonNode after) {
        Difference difference = new Difference(new FieldSet(), new FieldSet());
        compare(schema, before, after, difference.changed(), difference.removed());
        return difference;
    }

    private static void compare(Schema schema, JsonNode before, JsonNode after, FieldSet changed, FieldSet removed) {
        if (before.equals(after)) {
            return;
        }
        boolean granular = Elements.isGranular(schema, after)
                && Elements.isGranular(schema, before)
                && before.getNodeType() == after.getNodeType();
        if (!granular) {
            collect(schema, after, changed);
            return;
        }
        if (after.isEmpty()) {
            changed.add();
        }
        Map<String, Elements.Part> old = Elements.of(schema, before);
        Map<String, Elements.Part> fresh = Elements.of(schema, after);
        fresh.forEach((element, part) -> {
            Elements.Part was = old.get(element);
            if (was == null) {
                FieldSet all = of(part.schema(), part.value());
                if (!part.declaredField()) {
                    all.add();
                }
                changed.put(element, all);
            } else {
                FieldSet in = new FieldSet();
                FieldSet out = new FieldSet();
                compare(part.schema(), was.value(), part.value(), in, out);
                putUnlessEmpty(changed, element, in);
                putUnlessEmpty(removed, element, out);
            }
        });
        old.forEach((element, part) -> {
            if (!fresh.containsKey(element)) {
                FieldSet all = of(part.schema(), part.value());
                all.add();
                removed.put(element, all);
            }
        });
    }

    private static void putUnlessEmpty(FieldSet into, String element, FieldSet set) {
        if (!set.isEmpty()) {
            into.put(element, set);
        }
    }

    /// Lays the applied values over the live ones. List elements keep their place, new ones follow.
    static JsonNode merge(Schema schema, @Nullable JsonNode live, JsonNode applied) {
        if (live == null || live.getNodeType() != applied.getNodeType() || !Elements.isGranular(schema, applied)) {
            return applied.deepCopy();
        }
        if (applied.isObject()) {
            ObjectNode merged = live.deepCopy();
            applied.properties()
                    .forEach(field -> merged.set(
                            field.getKey(),
                            merge(schema.fieldOrUnknown(field.getKey()), live.get(field.getKey()), field.getValue())));
            return merged;
        }
        Map<String, JsonNode> items = new LinkedHashMap<>();
        Elements.of(schema, live).forEach((element, part) -> items.put(element, part.value()));
        Map<String, Elements.Part> wanted = Elements.of(schema, applied);
        List<String> order = new ArrayList<>(wanted.keySet());
        order.retainAll(items.keySet());
        List<String> sequence = new ArrayList<>(items.keySet());
        sequence.replaceAll(element -> wanted.containsKey(element) ? order.removeFirst() : element);
        wanted.keySet().forEach(element -> {
            if (!items.containsKey(element)) {
                sequence.add(element);
            }
        });
        ArrayNode merged = Trees.array();
        for (String element : sequence) {
            Elements.Part part = wanted.get(element);
            JsonNode present = items.get(element);
            if (part == null) {
                merged.add(present == null ? Trees.object() : present.deepCopy());
            } else {
                merged.add(merge(part.schema(), present, part.value()));
            }
        }
        return merged;
    }

    /// The value without the given fields; what becomes empty by that goes too.
    ///
    /// @param kept fields someone else owns: a list element that has one stays, with its keys
    static JsonNode remove(Schema schema, JsonNode value, FieldSet fields, FieldSet kept) {
        if (!Elements.isGranular(schema, value)) {
            return value;
        }
        ObjectNode object = Trees.object();
        ArrayNode array = Trees.array();
        Elements.of(schema, value).forEach((element, part) -> {
            FieldSet gone = fields.children().get(element);
            FieldSet keep = kept.children().getOrDefault(element, new FieldSet());
            JsonNode rest = gone == null ? part.value() : without(part, gone, keep);
            if (rest == null) {
                return;
            }
            if (value.isObject()) {
                object.set(element.substring(2), rest);
            } else {
                array.add(rest);
            }
        });
        return value.isObject() ? object : array;
    }

    private static @Nullable JsonNode without(Elements.Part part, FieldSet gone, FieldSet kept) {
        if (gone.isMember() && kept.isEmpty()) {
            return null;
        }
        JsonNode rest = remove(part.schema(), part.value(), gone, kept);
        return rest.isContainerNode() && rest.isEmpty() && !part.value().isEmpty() ? null : rest;
    }
}
