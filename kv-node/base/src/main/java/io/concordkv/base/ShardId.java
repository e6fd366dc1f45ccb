package io.concordkv.base;

/// Names one shard and its Raft group; never used again (SAFETY S8). Shard 0 is the topology group.
///
/// @param value 0 or more
public record ShardId(long value) implements Comparable<ShardId> {
    public static final ShardId TOPOLOGY = new ShardId(0);

    public ShardId {
        Invariant.check(value >= 0, "negative shard id %d", value);
    }

    @Override
    public int compareTo(ShardId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
