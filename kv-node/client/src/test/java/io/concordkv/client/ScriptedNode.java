package io.concordkv.client;

import io.concordkv.wire.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A data port that plays answers from a list, one a request, and remembers what it was asked. Requests
/// for the topology are answered by [#topology] and not remembered.
final class ScriptedNode implements AutoCloseable {
    record Seen(String method, String uri, Map<String, String> headers, String body) {
        String path() {
            return uri.replaceAll("[?&]timeout=[0-9]+ms", "");
        }
    }

    interface Play {
        void answer(HttpServerRequest request);
    }

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final ConcurrentLinkedDeque<Play> script = new ConcurrentLinkedDeque<>();
    volatile Play topology = request -> request.response().setStatusCode(503).end();
    private final HttpServer server;

    ScriptedNode(Vertx vertx) throws Exception {
        server = vertx.createHttpServer().requestHandler(this::handle);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    String address() {
        return "127.0.0.1:" + server.actualPort();
    }

    ScriptedNode answers(int status, String body, String... headers) {
        script.add(request -> {
            for (int i = 0; i < headers.length; i += 2) {
                request.response().putHeader(headers[i], headers[i + 1]);
            }
            request.response().setStatusCode(status).end(body);
        });
        return this;
    }

    ScriptedNode refuses(Problem problem) {
        script.add(request -> request.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .end(Buffer.buffer(problem.toJson())));
        return this;
    }

    ScriptedNode hangsUp() {
        script.add(request -> request.connection().close());
        return this;
    }

    ScriptedNode staysSilent() {
        script.add(request -> {});
        return this;
    }

    private void handle(HttpServerRequest request) {
        if (request.uri().startsWith("/v1/topology")) {
            topology.answer(request);
            return;
        }
        request.body().onSuccess(body -> {
            seen.add(new Seen(
                    request.method().name(),
                    request.uri(),
                    Map.copyOf(request.headers().entries().stream()
                            .collect(java.util.stream.Collectors.toMap(
                                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a))),
                    body.toString()));
            Play next = script.poll();
            if (next == null) {
                request.response().setStatusCode(599).end("the script is at its end");
            } else {
                next.answer(request);
            }
        });
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
