package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.local.object.Trees;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a request is answered with; watches write their own answer.
sealed interface ApiResponse {
    /// @param warnings sent as `Warning` headers, which kubectl prints
    record Bytes(int code, String contentType, byte[] body, List<String> warnings) implements ApiResponse {}

    /// A body of unknown length, such as a log that is followed; closed by the sender.
    record Stream(String contentType, InputStream body) implements ApiResponse {}

    static Bytes json(int code, JsonNode body) {
        return json(code, body, List.of());
    }

    static Bytes json(int code, JsonNode body, List<String> warnings) {
        return new Bytes(code, "application/json", Trees.bytes(body), warnings);
    }

    static Bytes text(String body) {
        return new Bytes(200, "text/plain", body.getBytes(StandardCharsets.UTF_8), List.of());
    }
}
