package io.concordkv.shard.command;

/// What became of one operation.
public sealed interface OperationResult {
    record Stored(long revision, boolean created) implements OperationResult {}

    /// @param revision of the deletion; 0 when nothing was there
    record Deleted(boolean deleted, long revision) implements OperationResult {}

    record Found(StoredValue value) implements OperationResult {}

    record Absent() implements OperationResult {}

    /// The idempotency key was used for something else; nothing was executed.
    record Mismatch() implements OperationResult {}

    /// The shard's idempotency memory is full; nothing was executed.
    record MemoryFull(long retryAfterMillis) implements OperationResult {}
}
