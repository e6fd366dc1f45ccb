package io.concordkv.shard.host;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;

/// Which node leads which shard, as far as this node has heard: from its own replicas and from node
/// frames. Good for routing, proof of nothing.
final class LeaderMap {
    /// Changed in place: every beat of every node says it again of every group.
    private static final class Known {
        NodeId node = NodeId.NONE;
        long term;
        long atNanos;
    }

    private final ShardIndex<Known> leaders = new ShardIndex<>();

    void claims(ShardId shard, NodeId node, long term, long now) {
        Known known = leaders.get(shard);
        if (known == null) {
            known = new Known();
            leaders.put(shard, known);
        }
        if (term >= known.term) {
            known.node = node;
            known.term = term;
            known.atNanos = now;
        }
    }

    /// The node that last said it leads, if it said so within `freshNanos`; else none.
    NodeId leader(ShardId shard, long now, long freshNanos) {
        Known known = leaders.get(shard);
        return known == null || now - known.atNanos > freshNanos ? NodeId.NONE : known.node;
    }

    void forget(ShardId shard) {
        leaders.remove(shard);
    }
}
