package io.concordkv.wire;

import io.concordkv.base.Bytes;
import org.jspecify.annotations.Nullable;

/// One call to the data port, as its request line says it; headers and body come separately.
/// [RequestTarget#parse] makes them.
public sealed interface ApiCall {
    /// Bounds the whole call; in streams each gap.
    long timeoutMillis();

    /// @param ttlMillis 0 = the key stays until it is removed
    record PutKey(String keyspace, byte[] key, long ttlMillis, long timeoutMillis, Query query) implements ApiCall {}

    /// @param head only the headers are wanted
    record GetKey(String keyspace, byte[] key, boolean head, Consistency consistency, long timeoutMillis)
            implements ApiCall {}

    record DeleteKey(String keyspace, byte[] key, long timeoutMillis, Query query) implements ApiCall {}

    /// @param cursor text of the `cursor` parameter; when there, `parameters` is [ListParameters#ALL] and
    ///     the cursor holds the ones that count
    record ListKeys(
            String keyspace,
            ListParameters parameters,
            @Nullable String cursor,
            long timeoutMillis) implements ApiCall {}

    /// Removes `start` (inclusive) to `end` (exclusive, null = to the last key).
    record DeleteRange(
            String keyspace, Bytes start, @Nullable Bytes end, long timeoutMillis, Query query) implements ApiCall {}

    record Batch(String keyspace, Consistency consistency, long timeoutMillis, Query query) implements ApiCall {}

    record Transaction(String keyspace, long timeoutMillis, Query query) implements ApiCall {}

    /// @param after      answer when the epoch is above it; −1 = at once
    /// @param waitMillis then answer with what there is
    record Topology(long after, long waitMillis, long timeoutMillis) implements ApiCall {}
}
