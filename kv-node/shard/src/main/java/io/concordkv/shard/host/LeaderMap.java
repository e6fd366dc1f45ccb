package io.concordkv.shard.host;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import java.util.Map;
import java.util.TreeMap;

/// Which node leads which shard, as far as this node has heard: from its own replicas and from node
/// frames. Good for routing, proof of nothing.
final class LeaderMap {
    private record Known(NodeId node, long term, long atNanos) {}

    private final Map<ShardId, Known> leaders = new TreeMap<>();

    void claims(ShardId shard, NodeId node, long term, long now) {
        Known known = leaders.get(shard);
        if (known == null || term >= known.term) {
            leaders.put(shard, new Known(node, term, now));
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
