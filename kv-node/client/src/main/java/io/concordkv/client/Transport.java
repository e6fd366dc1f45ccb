package io.concordkv.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Kept-alive HTTP/1.1 connections to nodes. Owns the Vert.x client.
final class Transport {
    private static final int CONNECT_MILLIS_MAX = 1_000;
    /// Below any idle limit of a node, so that a request does not meet a closing connection.
    private static final int KEEP_ALIVE_SECONDS = 15;

    private static final int WAITING_MAX = 10_000;

    private final HttpClient http;

    Transport(Vertx vertx, int connectionsPerNode) {
        http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS_MAX)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setTcpNoDelay(true),
                new PoolOptions().setHttp1MaxSize(connectionsPerNode).setMaxWaitQueueSize(WAITING_MAX));
    }

    /// The future never fails: what went wrong is part of the answer.
    Future<Answer> send(
            Address to,
            HttpMethod method,
            String uri,
            Map<String, String> headers,
            @Nullable Buffer body,
            long timeoutMillis) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(to.host())
                .setPort(to.port())
                .setURI(uri)
                .setConnectTimeout(Math.min(CONNECT_MILLIS_MAX, timeoutMillis))
                .setIdleTimeout(timeoutMillis);
        headers.forEach(options::putHeader);
        AtomicBoolean sent = new AtomicBoolean();
        return http.request(options)
                .compose(request -> {
                    sent.set(true);
                    return exchange(request, body);
                })
                .otherwise(failure -> {
                    String why = to + ": " + reason(failure);
                    return sent.get() ? new Answer.Lost(why) : new Answer.NotSent(why);
                });
    }

    Future<Void> close() {
        return http.close();
    }

    private static Future<Answer> exchange(HttpClientRequest request, @Nullable Buffer body) {
        return (body == null ? request.send() : request.send(body))
                .compose(response ->
                        response.body().map(bytes -> Answer.of(response.statusCode(), response.headers(), bytes)));
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
