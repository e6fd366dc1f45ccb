package io.concordkv.server.data;

import io.concordkv.wire.Limits;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/// Reads a request's body within its bound; what is too long is refused before it is kept.
final class RequestBody {
    private static final byte[] NONE = new byte[0];
    private static final long LINGER_MILLIS = 2_000;
    /// Of bodies up to this length there may be any number.
    private static final int UNCOUNTED_BYTES = 64 << 10;

    private RequestBody() {}

    /// @param wanted false: a body that comes all the same is read and dropped
    static void read(Exchange exchange, Limits limits, boolean wanted, Consumer<byte[]> then) {
        HttpServerRequest request = exchange.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && length.length() <= 18 && Long.parseLong(length) > limits.bodyBytesMax()
                || length != null && length.length() > 18) {
            tooLarge(exchange, limits, length);
            return;
        }
        String expect = request.getHeader(HttpHeaders.EXPECT);
        if (expect != null && expect.equalsIgnoreCase("100-continue")) {
            request.response().writeContinue();
        }
        if (!wanted) {
            then.accept(NONE);
            return;
        }
        long expected = length == null ? 0 : Long.parseLong(length);
        if (expected > UNCOUNTED_BYTES && !exchange.memory().take(expected)) {
            refuse(exchange, CallScope.memoryShort());
            return;
        }
        Reader reader = new Reader(exchange, limits, then);
        request.handler(reader::add);
        request.endHandler(end -> reader.end());
        HeaderDeadline.onBodyTrouble(request.connection(), reader);
    }

    private static void tooLarge(Exchange exchange, Limits limits, String length) {
        exchange.header(HttpHeaders.CONNECTION, "close");
        exchange.problem(Problem.of(
                        ProblemCode.BODY_TOO_LARGE,
                        "the body has " + length + " bytes, at most " + limits.bodyBytesMax() + " are allowed")
                .with(ProblemField.LIMIT, limits.bodyBytesMax()));
        closeSoon(exchange.request());
    }

    /// Answers with a problem found before the body was read.
    static void refuse(Exchange exchange, Problem problem) {
        HttpServerRequest request = exchange.request();
        if (request.isEnded()) {
            exchange.problem(problem);
        } else if (request.getHeader(HttpHeaders.EXPECT) == null) {
            // What is left of the body is read, so that the connection can go on.
            request.handler(bytes -> {});
            exchange.problem(problem);
        } else {
            // Whether the body still comes is the client's choice, so what follows cannot be told apart.
            exchange.header(HttpHeaders.CONNECTION, "close");
            exchange.problem(problem);
            closeSoon(request);
        }
    }

    /// Lets the client read its answer first: closing with bytes unread would take it away again.
    private static void closeSoon(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        request.handler(bytes -> {});
        request.endHandler(end -> connection.close());
        HeaderDeadline.closeAfter(connection, LINGER_MILLIS);
    }

    private static final class Reader implements HeaderDeadline.BodyTrouble {
        private final Exchange exchange;
        private final Limits limits;
        private final Consumer<byte[]> then;
        private final Buffer body = Buffer.buffer();
        private boolean refused;

        Reader(Exchange exchange, Limits limits, Consumer<byte[]> then) {
            this.exchange = exchange;
            this.limits = limits;
            this.then = then;
        }

        void add(Buffer bytes) {
            if (refused) {
                return;
            }
            if (body.length() + bytes.length() > limits.bodyBytesMax()) {
                refused = true;
                tooLarge(exchange, limits, "over " + limits.bodyBytesMax());
                return;
            }
            boolean counted = exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH) != null;
            if (!counted
                    && body.length() + bytes.length() > UNCOUNTED_BYTES
                    && !exchange.memory().take(bytes.length())) {
                refused = true;
                exchange.header(HttpHeaders.CONNECTION, "close");
                exchange.problem(CallScope.memoryShort());
                closeSoon(exchange.request());
                return;
            }
            body.appendBuffer(bytes);
        }

        @Override
        public void unreadable(Throwable cause) {
            if (!refused) {
                refused = true;
                exchange.header(HttpHeaders.CONNECTION, "close");
                exchange.problem(Problem.invalidArgument(
                        "the body cannot be read: " + cause.getMessage() + "; nothing was executed"));
            }
        }

        @Override
        public void tooSlow() {
            if (!refused) {
                refused = true;
                exchange.header(HttpHeaders.CONNECTION, "close");
                exchange.problem(Problem.of(
                        ProblemCode.REQUEST_TIMEOUT,
                        "the body of the request was not complete after " + limits.bodyMillisMax()
                                + " ms; nothing was executed"));
            }
            closeSoon(exchange.request());
        }

        void end() {
            if (!refused) {
                then.accept(body.getBytes());
            }
        }
    }
}
