package io.concordkv.wire;

import org.jspecify.annotations.Nullable;

/// How large a request may be (SPEC §11, API). A node's settings `concord.limits.*` may lower them.
///
/// @param keyBytesMax         1 to this many bytes make a key
/// @param valueBytesMax       of one value
/// @param batchOperationsMax  operations of a batch; conditions and operations of a transaction together
/// @param batchBytesMax       decoded keys and values of a batch or transaction
/// @param pageItemsMax        items of a list page
/// @param pageBytesMax        keys and values of a list page
/// @param lineBytesMax        request line
/// @param headerBytesMax      all headers
/// @param bodyBytesMax        body as sent
/// @param headerMillisMax     from the first byte of a request to the end of its headers
/// @param bodyMillisMax       from the end of the headers to the end of the body
/// @param timeoutMillisMax    largest `timeout` a caller may ask for
public record Limits(
        int keyBytesMax,
        int valueBytesMax,
        int batchOperationsMax,
        int batchBytesMax,
        int pageItemsMax,
        int pageBytesMax,
        int lineBytesMax,
        int headerBytesMax,
        int bodyBytesMax,
        long headerMillisMax,
        long bodyMillisMax,
        long timeoutMillisMax) {
    public static final Limits DEFAULT = new Limits(
            4_096, 1 << 20, 1_000, 4 << 20, 1_000, 4 << 20, 32 << 10, 16 << 10, 8 << 20, 10_000, 60_000, 60_000);

    /// When a list names no limit.
    public static final int PAGE_ITEMS_DEFAULT = 100;

    /// When a call names no timeout.
    public static final long TIMEOUT_MILLIS_DEFAULT = 5_000;

    public static final long TTL_MILLIS_MIN = 1_000;

    /// Ten years of 365 days.
    public static final long TTL_MILLIS_MAX = 3_650L * 24 * 60 * 60 * 1000;

    public static final int IDEMPOTENCY_KEY_CHARS_MAX = 128;

    /// Largest answer of a keyed transaction that is remembered.
    public static final int IDEMPOTENT_RESULT_BYTES_MAX = 16 << 10;

    /// Keys one command of a range delete removes at most.
    public static final int RANGE_DELETE_KEYS_PER_COMMAND = 10_000;

    /// @throws ProblemException `key-too-large`, or `invalid-argument` for an empty key
    public void checkKey(byte[] key) {
        Problem problem = keyProblem(key.length);
        if (problem != null) {
            throw problem.asException();
        }
    }

    /// @return what is wrong with a key of that length; null when nothing is
    public @Nullable Problem keyProblem(int bytes) {
        if (bytes == 0) {
            return Problem.invalidArgument("the key is empty; 1 to " + keyBytesMax + " bytes are allowed");
        }
        return bytes > keyBytesMax
                ? Problem.overLimit(ProblemCode.KEY_TOO_LARGE, "bytes of a key", keyBytesMax, bytes)
                : null;
    }

    /// @return what is wrong with a value of that length; null when nothing is
    public @Nullable Problem valueProblem(long bytes) {
        return bytes > valueBytesMax
                ? Problem.overLimit(ProblemCode.VALUE_TOO_LARGE, "bytes of a value", valueBytesMax, bytes)
                : null;
    }
}
