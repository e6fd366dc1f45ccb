package io.concordkv.base;

/// Names one replica of one shard: a Raft member. Given by topology at every add and never used again
/// (SAFETY R1).
///
/// @param value 1 or more; 0 only in [#NONE]
public record ReplicaId(long value) implements Comparable<ReplicaId> {
    public static final ReplicaId NONE = new ReplicaId(0);

    public ReplicaId {
        Invariant.check(value >= 0, "negative replica id %d", value);
    }

    public boolean isNone() {
        return value == 0;
    }

    @Override
    public int compareTo(ReplicaId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
