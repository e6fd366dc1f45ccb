package io.concordkv.base;

/// Names one node for ever: drawn by the cluster when a volume joins, bound to that volume id
/// (SAFETY I1). Node ids are addresses, never members of a Raft group.
///
/// @param value 1 or more; 0 only in [#NONE]
public record NodeId(long value) implements Comparable<NodeId> {
    public static final NodeId NONE = new NodeId(0);

    public NodeId {
        Invariant.check(value >= 0, "negative node id %d", value);
    }

    @Override
    public int compareTo(NodeId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
