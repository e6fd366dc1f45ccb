package io.concordkv.server.data;

import io.concordkv.wire.Headers;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemField;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One request and its one answer.
final class Exchange {
    private static final CharSequence NODE = HttpHeaders.createOptimized(Headers.NODE);
    private static final CharSequence SHARD = HttpHeaders.createOptimized(Headers.SHARD);
    private static final CharSequence LEADER = HttpHeaders.createOptimized(Headers.LEADER);
    private static final CharSequence STALENESS = HttpHeaders.createOptimized(Headers.STALENESS);
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence PROBLEM = HttpHeaders.createOptimized(Problem.MEDIA_TYPE);
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("x-content-type-options");

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final AtomicInteger inFlight;
    private final CharSequence node;
    private final CallMemory.Lease memory;
    private final long startedNanos = System.nanoTime();
    private CallFigures.@Nullable Timer timer;
    private OptionalLong stalest = OptionalLong.of(0);
    private boolean answered;
    private boolean counted = true;
    private boolean streaming;

    Exchange(HttpServerRequest request, String node, AtomicInteger inFlight, CallMemory memory) {
        this.memory = memory.lease();
        this.request = request;
        this.response = request.response();
        this.node = node;
        this.inFlight = inFlight;
        inFlight.incrementAndGet();
        response.exceptionHandler(cause -> over());
        response.closeHandler(closed -> over());
    }

    private void done() {
        answered = true;
        waits();
    }

    /// The client is gone, or has all of its answer.
    private void over() {
        done();
        memory.close();
    }

    /// What this call holds of the node's memory for large bodies and answers.
    CallMemory.Lease memory() {
        return memory;
    }

    /// From here on it waits for something that is not work in hand: a change of the topology.
    void waits() {
        if (counted) {
            counted = false;
            inFlight.decrementAndGet();
        }
    }

    /// Runs `ended` when the client goes away before its answer.
    void onAbandoned(Runnable ended) {
        response.closeHandler(closed -> {
            over();
            ended.run();
        });
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return response;
    }

    /// The figures this exchange counts for.
    void timer(CallFigures.Timer counted) {
        timer = counted;
    }

    boolean isAnswered() {
        return answered;
    }

    /// Adds who owns the keys that were asked for; an unknown leader is left out.
    Exchange shard(long shard, String leader) {
        response.headers().set(SHARD, Long.toString(shard));
        if (!leader.isEmpty()) {
            response.headers().set(LEADER, leader);
        }
        return this;
    }

    Exchange header(CharSequence name, CharSequence value) {
        response.headers().set(name, value);
        return this;
    }

    /// Part of the answer may be that old; the oldest part counts, and above all one whose age nobody knows.
    void staleness(OptionalLong millisMax) {
        stalest = stalest.isEmpty() || millisMax.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(stalest.getAsLong(), millisMax.getAsLong()));
        if (!streaming) {
            header(STALENESS, stalest.isEmpty() ? "unknown" : stalest.getAsLong() + "ms");
        }
    }

    void json(int status, byte[] body) {
        response.headers().set(HttpHeaders.CONTENT_TYPE, JSON);
        end(status, Buffer.buffer(body));
    }

    /// Raw bytes of a value; for HEAD only its headers.
    void bytes(byte[] value, boolean head) {
        response.headers()
                .set(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .set(CONTENT_TYPE_OPTIONS, NOSNIFF);
        if (head) {
            response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(value.length));
            end(200, null);
        } else {
            end(200, Buffer.buffer(value));
        }
    }

    void empty(int status) {
        end(status, null);
    }

    void problem(Problem problem) {
        if (streaming && !answered) {
            response.write(Buffer.buffer(ListJson.line(new ListJson.Line.Failed(problem), false)));
            finish();
            return;
        }
        response.headers().set(HttpHeaders.CONTENT_TYPE, PROBLEM);
        problem.retryAfterSeconds().ifPresent(it -> response.headers().set(HttpHeaders.RETRY_AFTER, Long.toString(it)));
        String allow = problem.text(ProblemField.ALLOW);
        if (allow != null) {
            response.headers().set(HttpHeaders.ALLOW, allow);
        }
        end(problem.status(), Buffer.buffer(problem.toJson()));
    }

    /// Headers of an answer that is written piece by piece; [#finish] ends it.
    HttpServerResponse stream(String mediaType) {
        streaming = true;
        response.headers()
                .set(HttpHeaders.CONTENT_TYPE, mediaType)
                .set(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .set(NODE, node);
        return response.setChunked(true);
    }

    void finish() {
        if (!answered) {
            count(200);
            done();
            response.end().onComplete(sent -> memory.close());
        }
    }

    private void end(int status, @Nullable Buffer body) {
        if (answered) {
            return;
        }
        response.headers().set(HttpHeaders.CACHE_CONTROL, NO_STORE).set(NODE, node);
        response.setStatusCode(status);
        count(status);
        done();
        var sent = body == null ? response.end() : response.end(body);
        if (memory.isHeld()) {
            sent.onComplete(it -> memory.close());
        } else {
            memory.close();
        }
    }

    private void count(int status) {
        CallFigures.Timer figures = timer;
        if (figures != null) {
            figures.answered(status, System.nanoTime() - startedNanos);
        }
    }
}
