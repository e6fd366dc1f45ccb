package io.concordkv.tools.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.wire.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One admin port. Plain HTTP of the JDK: it starts faster than anything else, and calls are few.
public final class AdminClient {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int READ_MILLIS = 60_000;

    private final String address;

    /// @param address `host:port` or `http://host:port`
    public AdminClient(String address) {
        String bare = address.startsWith("http://") ? address.substring("http://".length()) : address;
        this.address = bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
    }

    /// @param body     empty object when the answer had none
    /// @param location of the action a 202 started; null without
    public record Reply(int status, JsonNode body, @Nullable String location) {
        public boolean isSuccess() {
            return status < 300;
        }

        /// What a person should read of a refusal.
        public String explanation() {
            String detail = body.path("detail").asText(body.toString());
            StringBuilder text = new StringBuilder();
            text.append(body.path("code").asText("status " + status))
                    .append(": ")
                    .append(detail);
            for (JsonNode reason : body.path("reasons")) {
                if (!detail.contains(reason.asText())) {
                    text.append("\n  ").append(reason.asText());
                }
            }
            return text.toString();
        }
    }

    public String address() {
        return address;
    }

    public Reply get(String path) throws IOException {
        return exchange("GET", path, null, READ_MILLIS);
    }

    /// For questions asked again and again while waiting.
    public Reply get(String path, int timeoutMillis) throws IOException {
        return exchange("GET", path, null, timeoutMillis);
    }

    public Reply post(String path, @Nullable JsonNode body) throws IOException {
        return exchange("POST", path, body, READ_MILLIS);
    }

    public Reply put(String path, JsonNode body) throws IOException {
        return exchange("PUT", path, body, READ_MILLIS);
    }

    public Reply delete(String path) throws IOException {
        return exchange("DELETE", path, null, READ_MILLIS);
    }

    private Reply exchange(String method, String path, @Nullable JsonNode body, int timeoutMillis) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + address + path).toURL().openConnection();
        connection.setConnectTimeout(Math.min(CONNECT_MILLIS, timeoutMillis));
        connection.setReadTimeout(timeoutMillis);
        connection.setRequestMethod(method);
        if (body != null) {
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
        } else if (method.equals("POST")) {
            connection.setRequestProperty(Headers.REQUEST, "1");
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
            return new Reply(status, json(bytes), connection.getHeaderField("Location"));
        }
    }

    private static JsonNode json(byte[] bytes) {
        boolean looksLikeJson = bytes.length > 0 && (bytes[0] == '{' || bytes[0] == '[');
        return looksLikeJson
                ? JsonText.parse(bytes)
                : JsonText.object().put("detail", new String(bytes, StandardCharsets.UTF_8));
    }
}
