package io.concordkv.server;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.replica.Replica;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// Counts how often the leader of a shard became another one, as this node sees it when it looks. On
/// the loop.
public final class LeaderChanges {
    private final Map<ShardId, NodeId> leaders = new TreeMap<>();
    private long count;

    void look(Collection<Replica> replicas) {
        for (Replica replica : replicas) {
            NodeId leader = replica.leaderNode();
            if (!leader.equals(NodeId.NONE)) {
                NodeId before = leaders.put(replica.shard(), leader);
                if (before != null && !before.equals(leader)) {
                    count++;
                }
            }
        }
    }

    public long count() {
        return count;
    }
}
