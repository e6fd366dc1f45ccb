package io.concordkv.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Strategic merge patch: like a merge patch, but lists with a merge key are merged element by
/// element. Directives: `$patch` (replace, delete, merge), `$deleteFromPrimitiveList/F`,
/// `$setElementOrder/F`, `$retainKeys`.
public final class StrategicMerge {
    private static final String DIRECTIVE = "$patch";
    private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";
    private static final String RETAIN_KEYS = "$retainKeys";

    private StrategicMerge() {}

    public static ObjectNode apply(ObjectNode target, ObjectNode patch, Schema schema) {
        String directive = patch.path(DIRECTIVE).asText();
        if (directive.equals("replace")) {
            ObjectNode fresh = patch.deepCopy();
            fresh.remove(DIRECTIVE);
            return fresh;
        }
        if (directive.equals("delete")) {
            return Trees.object();
        }
        ObjectNode result = target.deepCopy();
        retainKeys(result, patch);
        patch.properties().forEach(field -> {
            if (!field.getKey().startsWith("$")) {
                mergeField(result, field.getKey(), field.getValue(), schema.fieldOrUnknown(field.getKey()));
            }
        });
        patch.properties().forEach(field -> {
            String name = field.getKey();
            if (name.startsWith(DELETE_PRIMITIVES)) {
                deletePrimitives(result, name.substring(DELETE_PRIMITIVES.length()), field.getValue());
            }
        });
        patch.properties().forEach(field -> {
            String name = field.getKey();
            if (name.startsWith(ORDER)) {
                String list = name.substring(ORDER.length());
                order(result, list, field.getValue(), schema.fieldOrUnknown(list));
            }
        });
        return result;
    }

    private static void mergeField(ObjectNode result, String name, JsonNode value, Schema schema) {
        JsonNode old = result.get(name);
        switch (value) {
            case JsonNode none when none.isNull() -> result.remove(name);
            case ObjectNode object -> {
                boolean dropped = object.path(DIRECTIVE).asText().equals("delete");
                if (dropped) {
                    result.remove(name);
                } else {
                    ObjectNode base = old instanceof ObjectNode present ? present : Trees.object();
                    result.set(name, apply(base, object, schema));
                }
            }
            case ArrayNode list ->
                result.set(name, mergeList(old instanceof ArrayNode present ? present : Trees.array(), list, schema));
            default -> result.set(name, value.deepCopy());
        }
    }

    private static ArrayNode mergeList(ArrayNode old, ArrayNode patch, Schema schema) {
        if (!schema.hasPatchStrategy("merge")) {
            return withoutDirectives(patch);
        }
        String key = schema.patchMergeKey();
        if (key.isEmpty()) {
            ArrayNode union = old.deepCopy();
            patch.forEach(element -> {
                if (!contains(union, element)) {
                    union.add(element);
                }
            });
            return union;
        }
        for (JsonNode element : patch) {
            if (element.path(DIRECTIVE).asText().equals("replace") && !element.has(key)) {
                return withoutDirectives(patch);
            }
        }
        return mergeByKey(old, patch, key, schema.items());
    }

    private static ArrayNode mergeByKey(ArrayNode old, ArrayNode patch, String key, Schema element) {
        List<JsonNode> merged = new ArrayList<>();
        old.forEach(item -> merged.add(item.deepCopy()));
        List<JsonNode> added = new ArrayList<>();
        for (JsonNode change : patch) {
            if (!(change instanceof ObjectNode object) || !object.has(key)) {
                throw StatusException.badRequest("map: " + change + " does not contain declared merge key: " + key);
            }
            int at = indexOf(merged, key, object.get(key));
            if (object.path(DIRECTIVE).asText().equals("delete")) {
                if (at >= 0) {
                    merged.remove(at);
                }
            } else if (at >= 0 && merged.get(at) instanceof ObjectNode present) {
                merged.set(at, apply(present, object, element));
            } else {
                added.add(apply(Trees.object(), object, element));
            }
        }
        merged.addAll(added);
        return Trees.array().addAll(merged);
    }

    private static int indexOf(List<JsonNode> list, String key, JsonNode wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).equals(wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static ArrayNode withoutDirectives(ArrayNode patch) {
        ArrayNode list = Trees.array();
        patch.forEach(element -> {
            if (element instanceof ObjectNode object && object.has(DIRECTIVE)) {
                ObjectNode rest = object.deepCopy();
                rest.remove(DIRECTIVE);
                if (!rest.isEmpty() && !object.path(DIRECTIVE).asText().equals("delete")) {
                    list.add(rest);
                }
            } else {
                list.add(element.deepCopy());
            }
        });
        return list;
    }

    private static void deletePrimitives(ObjectNode result, String name, JsonNode values) {
        if (result.get(name) instanceof ArrayNode list && values instanceof ArrayNode gone) {
            ArrayNode kept = Trees.array();
            list.forEach(element -> {
                if (!contains(gone, element)) {
                    kept.add(element);
                }
            });
            result.set(name, kept);
        }
    }

    /// Elements named by the patch come in its order; the others keep their place among them.
    private static void order(ObjectNode result, String name, JsonNode wanted, Schema schema) {
        if (!(result.get(name) instanceof ArrayNode list)) {
            return;
        }
        String key = schema.patchMergeKey();
        Map<JsonNode, Integer> rank = new HashMap<>();
        wanted.forEach(element -> rank.put(identity(element, key), rank.size()));
        List<JsonNode> ordered = new ArrayList<>();
        list.forEach(ordered::add);
        List<JsonNode> named = new ArrayList<>(ordered.stream()
                .filter(element -> rank.containsKey(identity(element, key)))
                .sorted((a, b) -> Integer.compare(rankOf(rank, a, key), rankOf(rank, b, key)))
                .toList());
        ordered.replaceAll(element -> rank.containsKey(identity(element, key)) ? named.removeFirst() : element);
        result.set(name, Trees.array().addAll(ordered));
    }

    private static int rankOf(Map<JsonNode, Integer> rank, JsonNode element, String key) {
        @Nullable Integer found = rank.get(identity(element, key));
        return found == null ? rank.size() : found;
    }

    private static JsonNode identity(JsonNode element, String key) {
        return key.isEmpty() ? element : element.path(key);
    }

    private static void retainKeys(ObjectNode result, ObjectNode patch) {
        if (patch.get(RETAIN_KEYS) instanceof ArrayNode retained) {
            List<String> names = new ArrayList<>();
            retained.forEach(name -> names.add(name.asText()));
            result.retain(names);
        }
    }

    private static boolean contains(ArrayNode list, JsonNode wanted) {
        for (JsonNode element : list) {
            if (element.equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
