package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// One request with its whole body.
///
/// @param prefix what the client's base URL puts before the path: nothing, or the token
public record ApiRequest(String method, String prefix, String path, MultiMap query, MultiMap headers, byte[] body) {
    private static final ObjectMapper YAML = new YAMLMapper();

    /// The parameter's value, or the empty string.
    public String parameter(String name) {
        String value = query.get(name);
        return value == null ? "" : value;
    }

    public boolean flag(String name) {
        String value = parameter(name);
        return value.equals("true") || value.equals("1");
    }

    public List<String> parameters(String name) {
        return query.getAll(name);
    }

    /// @throws StatusException 400 when it is not a number
    public long number(String name, long absent) {
        String value = parameter(name);
        if (value.isEmpty()) {
            return absent;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw StatusException.badRequest("invalid " + name + ": \"" + value + "\" is not a number");
        }
    }

    public String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    /// Media type of the body without parameters.
    public String contentType() {
        String value = header("Content-Type");
        int end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /// The name under which the caller owns fields, if it gives none: the start of its user agent.
    public String userAgentName() {
        String agent = header("User-Agent");
        int end = agent.indexOf('/');
        String name = end < 0 ? agent : agent.substring(0, end);
        return name.isEmpty() ? "unknown" : name;
    }

    /// The body as JSON, YAML or protobuf.
    public JsonNode tree() {
        String type = contentType();
        if (type.equals("application/vnd.kubernetes.protobuf")) {
            return ProtobufBody.read(body);
        }
        if (type.contains("cbor")) {
            throw StatusException.unsupportedMediaType(type, "application/json, application/yaml");
        }
        try {
            boolean json = body.length > 0 && (body[0] == '{' || body[0] == '[') && !type.contains("yaml");
            JsonNode tree = json ? Trees.MAPPER.readTree(body) : YAML.readTree(body);
            return tree == null ? Trees.object() : tree;
        } catch (IOException e) {
            throw StatusException.badRequest("the body cannot be read: " + e.getMessage());
        }
    }

    /// The body as an object.
    public ObjectNode object() {
        if (tree() instanceof ObjectNode object) {
            return object;
        }
        throw StatusException.badRequest("the body of the request must be an object");
    }
}
