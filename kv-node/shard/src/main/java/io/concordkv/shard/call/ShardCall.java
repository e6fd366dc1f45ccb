package io.concordkv.shard.call;

import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import java.util.List;
import java.util.Optional;

/// One call on a key-value shard.
public sealed interface ShardCall {
    /// Goes through the log.
    record Write(KvCommand.Body body, Optional<Idempotency> idempotency) implements ShardCall {}

    record Get(byte[] key) implements ShardCall {}

    /// The answer holds the values of the first keys, as many as come to [#ANSWER_BYTES] and one at least.
    record GetMany(List<byte[]> keys) implements ShardCall {
        /// Bytes of values in one answer, unless the first alone is longer.
        public static final int ANSWER_BYTES = 512 << 10;
    }

    /// @param start    inclusive
    /// @param end      exclusive; empty = to the last key
    /// @param limit    items at most
    /// @param bytesMax keys and values of a page; the first item may alone pass it
    record Page(byte[] start, Optional<byte[]> end, boolean reverse, int limit, long bytesMax) implements ShardCall {}

    /// @param examinedMax keys looked at, at most, before the answer says where to go on
    record Count(byte[] start, Optional<byte[]> end, int examinedMax) implements ShardCall {}

    /// A read that may be weaker than linearizable, on its way to the leader. Sent from level 5 on.
    ///
    /// @param consistency [Consistency.Leader] or [Consistency.Bounded]
    /// @param read        none of the others is meant
    record Relaxed(Consistency consistency, ShardCall read) implements ShardCall {}

    default boolean isWrite() {
        return this instanceof Write;
    }
}
