package io.concordkv.base;

/// Names one keyspace for ever; a keyspace that is deleted and made again has another id (SAFETY S8).
///
/// @param value 1 or more
public record KeyspaceId(long value) implements Comparable<KeyspaceId> {
    public KeyspaceId {
        Invariant.check(value >= 1, "keyspace id %d is below 1", value);
    }

    @Override
    public int compareTo(KeyspaceId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
