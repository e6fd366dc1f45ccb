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

    record GetMany(List<byte[]> keys) implements ShardCall {}

    /// @param start    inclusive
    /// @param end      exclusive; empty = to the last key
    /// @param limit    items at most
    /// @param bytesMax the page ends after the item that passes it
    record Page(byte[] start, Optional<byte[]> end, boolean reverse, int limit, long bytesMax) implements ShardCall {}

    /// @param examinedMax keys looked at, at most, before the answer says where to go on
    record Count(byte[] start, Optional<byte[]> end, int examinedMax) implements ShardCall {}

    default boolean isWrite() {
        return this instanceof Write;
    }
}
