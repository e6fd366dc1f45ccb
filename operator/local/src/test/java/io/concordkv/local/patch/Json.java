package io.concordkv.local.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/// Trees from short texts; YAML, so that quotes can be left out.
final class Json {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Json() {}

    static JsonNode tree(String text) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    static ObjectNode object(String text) {
        return (ObjectNode) tree(text);
    }

    static ArrayNode list(String text) {
        return (ArrayNode) tree(text);
    }
}
