package io.concordkv.local.object;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reading and building JSON trees. A tree that has been stored is never changed again.
public final class Trees {
    public static final ObjectMapper MAPPER = new ObjectMapper();

    private Trees() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// The node at a path of field names; a missing node when any step is absent.
    public static JsonNode at(JsonNode node, String... path) {
        JsonNode found = node;
        for (String step : path) {
            found = found.path(step);
        }
        return found;
    }

    /// The text at a path, or the empty string.
    public static String text(JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found.isMissingNode() || found.isNull() ? "" : found.asText();
    }

    public static boolean has(JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return !found.isMissingNode() && !found.isNull();
    }

    /// The object at a path, created (also its parents) when absent.
    public static ObjectNode ensureObject(ObjectNode node, String... path) {
        ObjectNode current = node;
        for (String step : path) {
            current = current.get(step) instanceof ObjectNode child ? child : current.putObject(step);
        }
        return current;
    }

    public static ArrayNode ensureArray(ObjectNode node, String field) {
        return node.get(field) instanceof ArrayNode child ? child : node.putArray(field);
    }

    /// Sets a field that is absent or null.
    public static void setDefault(ObjectNode node, String field, JsonNode value) {
        if (!has(node, field)) {
            node.set(field, value);
        }
    }

    public static void setDefault(ObjectNode node, String field, String value) {
        if (!has(node, field)) {
            node.put(field, value);
        }
    }

    public static void setDefault(ObjectNode node, String field, int value) {
        if (!has(node, field)) {
            node.put(field, value);
        }
    }

    /// A number as the parser would read it, so that written and read trees are equal.
    public static JsonNode number(long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    public static void setDefault(ObjectNode node, String field, boolean value) {
        if (!has(node, field)) {
            node.put(field, value);
        }
    }

    /// The elements of a list that are objects.
    public static List<ObjectNode> objects(JsonNode list) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode element : list) {
            if (element instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    /// Null fields mean "absent" in a Kubernetes object.
    public static void dropNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.removeIf(JsonNode::isNull);
            object.forEach(Trees::dropNulls);
        } else if (node instanceof ArrayNode array) {
            array.forEach(Trees::dropNulls);
        }
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String string(JsonNode node) {
        return new String(bytes(node), StandardCharsets.UTF_8);
    }
}
