package io.concordkv.server.data;

import io.concordkv.wire.Headers;
import io.concordkv.wire.Limits;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// Answers to what the decoder could not read as a request; the connection ends with them.
final class RequestErrors {
    private RequestErrors() {}

    static void answer(HttpServerRequest request, Limits limits, String node) {
        Throwable cause = request.decoderResult().cause();
        Problem problem = problem(cause, limits);
        request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(Headers.NODE, node)
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(Buffer.buffer(problem.toJson()))
                .onComplete(written -> request.connection().close());
    }

    private static Problem problem(@Nullable Throwable cause, Limits limits) {
        if (cause instanceof TooLongHttpLineException) {
            return Problem.of(
                    ProblemCode.LINE_TOO_LARGE, "the request line is longer than " + limits.lineBytesMax() + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Problem.of(
                    ProblemCode.HEADERS_TOO_LARGE,
                    "the headers are longer than " + limits.headerBytesMax() + " bytes together");
        }
        return Problem.invalidArgument(
                "this is no HTTP/1.1 request: " + (cause == null ? "it cannot be read" : cause.getMessage()));
    }
}
