package io.concordkv.client;

import io.concordkv.wire.Decimal;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemException;
import io.concordkv.wire.ProblemJson;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/// What came back for one attempt.
sealed interface Answer {
    /// A success, or an answer that callers read as one (304, 404 of a key).
    record Done(int status, MultiMap headers, Buffer body) implements Answer {
        byte[] bytes() {
            return body.getBytes();
        }

        long number(String header) {
            String value = headers.get(header);
            return value == null ? 0 : Math.max(0, Decimal.parse(value));
        }
    }

    record Refused(Problem problem) implements Answer {}

    /// No byte of the request left this process.
    record NotSent(String why) implements Answer {}

    /// The request left, no answer came.
    record Lost(String why) implements Answer {}

    static Answer of(int status, MultiMap headers, Buffer body) {
        if (status < 400) {
            return new Done(status, headers, body);
        }
        try {
            return new Refused(ProblemJson.decode(body.getBytes()));
        } catch (ProblemException e) {
            return new Refused(
                    Problem.of(ProblemCode.INTERNAL, "status " + status + " without a readable problem document"));
        }
    }
}
