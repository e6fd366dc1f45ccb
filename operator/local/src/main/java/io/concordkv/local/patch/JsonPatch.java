package io.concordkv.local.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException;
import java.util.List;

/// JSON patch (RFC 6902): add, remove, replace, move, copy, test; all operations or none.
public final class JsonPatch {
    private JsonPatch() {}

    /// @throws StatusException 422 when an operation does not fit the object
    public static ObjectNode apply(ObjectNode target, ArrayNode operations) {
        JsonNode document = target.deepCopy();
        for (JsonNode operation : operations) {
            document = step(document, operation);
        }
        if (!(document instanceof ObjectNode result)) {
            throw refused("the patch does not leave an object");
        }
        return result;
    }

    private static JsonNode step(JsonNode document, JsonNode operation) {
        JsonPointer path = pointer(operation, "path");
        String verb = operation.path("op").asText();
        return switch (verb) {
            case "add" -> add(document, path, value(operation));
            case "replace" -> {
                if (!path.matches() && document.at(path).isMissingNode()) {
                    throw refused("replace operation does not apply: doc is missing key: " + path);
                }
                yield path.matches() ? value(operation) : replace(document, path, value(operation));
            }
            case "remove" -> remove(document, path);
            case "test" -> {
                if (!document.at(path).equals(value(operation))) {
                    throw refused("testing value " + path + " failed: test failed");
                }
                yield document;
            }
            case "copy" -> add(document, path, existing(document, pointer(operation, "from")));
            case "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonNode moved = existing(document, from);
                yield add(remove(document, from), path, moved);
            }
            default -> throw refused("unexpected kind of operation: \"" + verb + "\"");
        };
    }

    private static JsonNode add(JsonNode document, JsonPointer path, JsonNode value) {
        if (path.matches()) {
            return value;
        }
        JsonNode parent = document.at(path.head());
        String last = path.last().getMatchingProperty();
        switch (parent) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array -> array.insert(last.equals("-") ? array.size() : index(path, array.size()), value);
            default -> throw refused("add operation does not apply: doc is missing path: " + path);
        }
        return document;
    }

    private static JsonNode replace(JsonNode document, JsonPointer path, JsonNode value) {
        JsonNode parent = document.at(path.head());
        if (parent instanceof ObjectNode object) {
            object.set(path.last().getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array) {
            array.set(index(path, array.size() - 1), value);
        }
        return document;
    }

    private static JsonNode remove(JsonNode document, JsonPointer path) {
        if (document.at(path).isMissingNode() || path.matches()) {
            throw refused("remove operation does not apply: doc is missing path: " + path);
        }
        JsonNode parent = document.at(path.head());
        if (parent instanceof ObjectNode object) {
            object.remove(path.last().getMatchingProperty());
        } else if (parent instanceof ArrayNode array) {
            array.remove(index(path, array.size() - 1));
        }
        return document;
    }

    private static JsonNode existing(JsonNode document, JsonPointer path) {
        JsonNode found = document.at(path);
        if (found.isMissingNode()) {
            throw refused("doc is missing path: " + path);
        }
        return found.deepCopy();
    }

    private static int index(JsonPointer path, int max) {
        int index = path.last().getMatchingIndex();
        if (index < 0 || index > max) {
            throw refused("invalid index in " + path + ": allowed are 0 to " + max);
        }
        return index;
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            return JsonPointer.compile(operation.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw refused("operation " + operation.path("op") + " needs a value");
        }
        return value.deepCopy();
    }

    private static StatusException refused(String why) {
        return new StatusException(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request: " + why,
                null,
                List.of());
    }
}
