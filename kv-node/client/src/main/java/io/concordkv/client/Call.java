package io.concordkv.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request before it is known where it goes.
///
/// @param path       encoded, without query
/// @param query      encoded, without `?`; empty for none
/// @param routingKey whose shard's leader should get it; null = any node
/// @param repeatable sending it twice does no harm: a read, or a write with an idempotency key
record Call(
        HttpMethod method,
        String path,
        String query,
        Map<String, String> headers,
        @Nullable Buffer body,
        String keyspace,
        byte @Nullable [] routingKey,
        boolean repeatable) {
    static Call read(String keyspace, String path, String query, byte @Nullable [] routingKey) {
        return new Call(HttpMethod.GET, path, query, Map.of(), null, keyspace, routingKey, true);
    }

    static Call write(
            HttpMethod method,
            String keyspace,
            String path,
            String query,
            @Nullable Buffer body,
            byte @Nullable [] routingKey) {
        return new Call(method, path, query, Map.of(), body, keyspace, routingKey, false);
    }

    Call withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Call(method, path, query, more, body, keyspace, routingKey, repeatable);
    }

    Call asRepeatable() {
        return new Call(method, path, query, headers, body, keyspace, routingKey, true);
    }

    /// @param timeoutMillis how long the node may take
    String uri(long timeoutMillis) {
        return path + "?" + query + (query.isEmpty() ? "" : "&") + "timeout=" + timeoutMillis + "ms";
    }
}
