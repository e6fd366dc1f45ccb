package io.concordkv.local.api;

import io.concordkv.local.object.StatusException;
import io.concordkv.local.store.ObjectStore;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/// From bytes to requests and back. Bodies are gathered on the event loop, the work is done on a
/// virtual thread, and the answer is written on the event loop again.
final class HttpConnectionHandler implements Handler<HttpServerRequest> {
    private static final Logger LOG = System.getLogger(HttpConnectionHandler.class.getName());
    private static final int BODY_BYTES_MAX = 3 << 20; // as a real API server
    private static final int STREAM_CHUNK_BYTES = 16 << 10;

    private final Vertx vertx;
    private final Executor workers;
    private final Access access;
    private final Dispatcher dispatcher;
    private final ObjectStore store;

    HttpConnectionHandler(Vertx vertx, Executor workers, Access access, Dispatcher dispatcher, ObjectStore store) {
        this.vertx = vertx;
        this.workers = workers;
        this.access = access;
        this.dispatcher = dispatcher;
        this.store = store;
    }

    @Override
    public void handle(HttpServerRequest http) {
        HttpServerResponse response = http.response();
        String path = access.authorize(path(http), http.getHeader("Authorization"), http.getHeader("Origin"));
        if (path != null) {
            serve(http, path);
        } else if (access.mayDoWithoutToken(http)) {
            serveThisUser(http);
        } else {
            fail(response, StatusException.unauthorized());
        }
    }

    private void serveThisUser(HttpServerRequest http) {
        HttpServerResponse response = http.response();
        Context context = vertx.getOrCreateContext();
        http.pause();
        submit(response, () -> {
            boolean allowed = access.isFromThisUser(http.remoteAddress(), http.localAddress());
            context.runOnContext(nothing -> {
                if (allowed) {
                    serve(http, path(http));
                } else {
                    fail(response, StatusException.unauthorized());
                }
                http.resume();
            });
        });
    }

    /// @param path below the token
    private void serve(HttpServerRequest http, String path) {
        HttpServerResponse response = http.response();
        String prefix = path(http).substring(0, path(http).length() - path.length());
        if (isWebSocket(http) && http.params().contains("watch")) {
            // Before the request is read to its end: after that it can no longer change protocol.
            watch(http, new ApiRequest(http.method().name(), prefix, path, http.params(), http.headers(), new byte[0]));
            return;
        }
        Buffer body = Buffer.buffer();
        http.handler(chunk -> {
            if (body.length() + chunk.length() <= BODY_BYTES_MAX) {
                body.appendBuffer(chunk);
            } else if (!response.ended()) {
                String limit = "the request is larger than " + BODY_BYTES_MAX + " bytes; nothing was done";
                fail(response, new StatusException(413, "RequestEntityTooLarge", limit, null, java.util.List.of()));
                http.connection().close();
            }
        });
        http.endHandler(nothing -> {
            if (!response.ended()) {
                ApiRequest request = new ApiRequest(
                        http.method().name(), prefix, path, http.params(), http.headers(), body.getBytes());
                if (request.method().equals("GET") && request.flag("watch")) {
                    watch(http, request);
                } else {
                    Context context = vertx.getOrCreateContext();
                    submit(response, () -> answer(context, request, response));
                }
            }
        });
    }

    private static boolean isWebSocket(HttpServerRequest http) {
        return "websocket".equalsIgnoreCase(http.getHeader("Upgrade"));
    }

    private static String path(HttpServerRequest http) {
        String path = http.path();
        return path == null || path.isEmpty() ? "/" : path;
    }

    private void submit(HttpServerResponse response, Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException e) {
            fail(response, new StatusException(503, "ServiceUnavailable", "shutting down", null, java.util.List.of()));
        }
    }

    private void answer(Context context, ApiRequest request, HttpServerResponse response) {
        ApiResponse answer;
        try {
            answer = dispatcher.handle(request);
        } catch (StatusException e) {
            answer = ApiResponse.json(e.code(), e.status());
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.ERROR, "cannot answer " + request.method() + " " + request.path(), e);
            StatusException internal = StatusException.internal(String.valueOf(e.getMessage()));
            answer = ApiResponse.json(internal.code(), internal.status());
        }
        switch (answer) {
            case ApiResponse.Bytes bytes -> context.runOnContext(nothing -> write(response, bytes));
            case ApiResponse.Stream stream -> pump(context, response, stream);
        }
    }

    private static void write(HttpServerResponse response, ApiResponse.Bytes bytes) {
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(bytes.code()).putHeader("Content-Type", bytes.contentType());
        for (String warning : bytes.warnings()) {
            response.headers()
                    .add("Warning", "299 - \"" + warning.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        response.end(Buffer.buffer(bytes.body()));
    }

    private static void fail(HttpServerResponse response, StatusException e) {
        write(response, ApiResponse.json(e.code(), e.status()));
    }

    /// Copies a stream to the response, at most a chunk ahead of the client.
    private static void pump(Context context, HttpServerResponse response, ApiResponse.Stream stream) {
        Semaphore room = new Semaphore(1);
        context.runOnContext(nothing -> {
            response.putHeader("Content-Type", stream.contentType()).setChunked(true);
            response.closeHandler(closed -> close(stream.body()));
            response.exceptionHandler(broken -> close(stream.body()));
        });
        try (InputStream body = stream.body()) {
            byte[] chunk = new byte[STREAM_CHUNK_BYTES];
            for (int read = body.read(chunk); read >= 0 && !response.closed(); read = body.read(chunk)) {
                Buffer part = Buffer.buffer(read).appendBytes(chunk, 0, read);
                room.acquire();
                context.runOnContext(nothing -> {
                    if (response.closed()) {
                        room.release();
                    } else {
                        response.write(part).onComplete(written -> room.release());
                    }
                });
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the stream ended: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.runOnContext(nothing -> {
            if (!response.closed() && !response.ended()) {
                response.end();
            }
        });
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot close a stream: {0}", e.getMessage());
        }
    }

    private void watch(HttpServerRequest http, ApiRequest request) {
        WatchRequest wanted;
        try {
            wanted = WatchRequest.of(dispatcher, request);
        } catch (StatusException e) {
            fail(http.response(), e);
            return;
        }
        Context context = vertx.getOrCreateContext();
        if (isWebSocket(http)) {
            http.toWebSocket().onSuccess(socket -> start(context, wanted, new WebSocketSink(socket), socket));
            return;
        }
        HttpServerResponse response = http.response();
        response.putHeader("Content-Type", "application/json").setChunked(true);
        response.write(Buffer.buffer()); // the head leaves at once
        WatchStream stream = new WatchStream(vertx, context, store, wanted.scope(), new ChunkSink(response));
        response.closeHandler(closed -> stream.stop());
        response.exceptionHandler(broken -> stream.stop());
        stream.start(wanted.from(), wanted.initialBookmark(), wanted.timeoutSeconds());
    }

    private void start(Context context, WatchRequest wanted, WatchStream.Sink sink, ServerWebSocket socket) {
        WatchStream stream = new WatchStream(vertx, context, store, wanted.scope(), sink);
        socket.closeHandler(closed -> stream.stop());
        socket.exceptionHandler(broken -> stream.stop());
        stream.start(wanted.from(), wanted.initialBookmark(), wanted.timeoutSeconds());
    }

    /// One line of a chunked body for each event.
    private record ChunkSink(HttpServerResponse response) implements WatchStream.Sink {
        @Override
        public void send(Buffer event) {
            response.write(event.appendByte((byte) '\n'));
        }

        @Override
        public boolean isFull() {
            return response.writeQueueFull();
        }

        @Override
        public void onDrained(Runnable resume) {
            response.drainHandler(nothing -> resume.run());
        }

        @Override
        public void end() {
            response.end();
        }
    }

    /// One text frame for each event.
    private record WebSocketSink(ServerWebSocket socket) implements WatchStream.Sink {
        @Override
        public void send(Buffer event) {
            socket.writeTextMessage(event.toString());
        }

        @Override
        public boolean isFull() {
            return socket.writeQueueFull();
        }

        @Override
        public void onDrained(Runnable resume) {
            socket.drainHandler(nothing -> resume.run());
        }

        @Override
        public void end() {
            socket.close();
        }
    }
}
