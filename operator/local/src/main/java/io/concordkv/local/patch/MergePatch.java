package io.concordkv.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;

/// JSON merge patch (RFC 7386): null deletes a field, lists are replaced.
public final class MergePatch {
    private MergePatch() {}

    public static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        ObjectNode result = target.deepCopy();
        patch.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                result.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                ObjectNode old = result.get(field.getKey()) instanceof ObjectNode present ? present : Trees.object();
                result.set(field.getKey(), apply(old, object));
            } else {
                result.set(field.getKey(), value.deepCopy());
            }
        });
        return result;
    }
}
