package io.concordkv.shard.command;

import java.util.List;
import java.util.Optional;

/// One entry of a key-value shard's log. Everything that depends on time or chance is inside, so that
/// every replica computes the same state and the same answer.
///
/// @param timeMillis  the leader's clock, clamped (SAFETY S2); wall milliseconds since 1970
/// @param idempotency present when the client gave a key
/// @param body        what to do
public record KvCommand(long timeMillis, Optional<Idempotency> idempotency, Body body) {

    /// What a command does. The codes of the kinds are in [CommandCodec].
    public sealed interface Body {}

    /// One operation under at most one condition.
    public record Single(Operation operation, Optional<Condition> condition) implements Body {}

    /// Independent operations of one request on this shard, in list order.
    public record Batch(List<Indexed> operations) implements Body {}

    /// @param index place of the operation in the client's list: part of its idempotency identity
    public record Indexed(int index, Operation operation) {}

    /// If all conditions hold `then`, else `otherwise`; atomic.
    public record Transaction(List<Condition> conditions, List<Operation> then, List<Operation> otherwise)
            implements Body {}

    /// Removes keys from `start` on, below `end` (null: to the last), at most `limit` of them.
    ///
    /// @param number which command of the client's request this is: part of its idempotency identity
    public record DeleteRange(byte[] start, Optional<byte[]> end, int limit, int number) implements Body {}

    /// What a client asks for under an idempotency key that stands for this request alone: refused as a
    /// whole with [CommandResult.Mismatch] while the key is remembered for another request of the shard, of
    /// whatever kind. Without this wrapping, as older logs have it, only the same part of a request of the
    /// same kind is compared.
    ///
    /// @param body a single, batch, transaction or range delete
    public record Keyed(Body body) implements Body {}

    /// Everything with a deadline at or below `untilMillis` is gone from here on (SAFETY S3).
    public record ExpireUpTo(long untilMillis) implements Body {}

    /// The keyspace is being deleted: nothing is served after this (SAFETY S8).
    public record Close() implements Body {}
}
