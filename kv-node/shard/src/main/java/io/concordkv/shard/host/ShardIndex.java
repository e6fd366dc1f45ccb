package io.concordkv.shard.host;

import io.concordkv.base.ShardId;
import org.jspecify.annotations.Nullable;

/// Finds what belongs to a shard: open addressing over two arrays, as every message asks and the objects of a
/// thousand groups are seldom in a cache.
///
/// @param <T> what is found
final class ShardIndex<T> {
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private long[] shards = new long[16];
    private @Nullable Object[] found = new Object[16];
    private int size;

    @Nullable
    @SuppressWarnings("unchecked") // only `put` writes
    T get(ShardId shard) {
        return (T) found[place(shard.value())];
    }

    void put(ShardId shard, T value) {
        put(shard.value(), value);
    }

    private void put(long shard, Object value) {
        if (size * 2 >= shards.length) {
            rebuild(shards.length * 2);
        }
        int place = place(shard);
        if (found[place] == null) {
            size++;
        }
        shards[place] = shard;
        found[place] = value;
    }

    void remove(ShardId shard) {
        int place = place(shard.value());
        if (found[place] != null) {
            found[place] = null;
            rebuild(shards.length); // those behind it may stand there only because of it
        }
    }

    /// Where the shard is, or would be.
    private int place(long shard) {
        int mask = shards.length - 1;
        int place = (int) (shard * SPREAD >>> 32) & mask;
        while (found[place] != null && shards[place] != shard) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void rebuild(int length) {
        long[] shardsBefore = shards;
        @Nullable Object[] foundBefore = found;
        shards = new long[length];
        found = new Object[length];
        size = 0;
        for (int i = 0; i < foundBefore.length; i++) {
            Object value = foundBefore[i];
            if (value != null) {
                put(shardsBefore[i], value);
            }
        }
    }
}
