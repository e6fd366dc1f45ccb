package io.concordkv.shard.command;

import java.util.List;
import java.util.Optional;

/// What became of one command. Variants marked "refused" changed nothing.
public sealed interface CommandResult extends ApplyResult {
    record Single(OperationResult result) implements CommandResult {}

    record Batch(List<OperationResult> results) implements CommandResult {}

    /// @param revision 0 when nothing was changed
    record Transaction(boolean succeeded, long revision, List<OperationResult> results) implements CommandResult {}

    /// @param next first key not looked at yet; empty when the range is done
    record RangeDeleted(long deleted, Optional<byte[]> next) implements CommandResult {}

    /// The condition of a single operation did not hold.
    ///
    /// @param revision of the key now, 0 when it is absent
    record ConditionFailed(long revision) implements CommandResult {}

    /// Commands of the shard itself (expiry, close, unknown to clients).
    record Done() implements CommandResult {}

    /// Refused: the idempotency key was used for something else.
    record Mismatch() implements CommandResult {}

    /// Refused: the idempotency memory is full until some of it is old enough to be forgotten.
    record MemoryFull(long retryAfterMillis) implements CommandResult {}

    /// Refused: the results of a keyed transaction are larger than may be remembered.
    record ResultTooLarge(long bytes, long bytesMax) implements CommandResult {}

    /// Refused: the shard's keyspace is being deleted.
    record Closed() implements CommandResult {}
}
