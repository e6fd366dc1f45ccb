package io.concordkv.server;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Replica;
import java.util.Map;
import java.util.TreeMap;

/// Counts how often the leader of a shard became another one, as this node sees it when it looks. On
/// the loop.
public final class LeaderChanges {
    private final Map<ShardId, NodeId> leaders = new TreeMap<>();
    private long versionSeen = -1;
    private long count;

    void look(ShardHost host) {
        if (host.version() == versionSeen) {
            return;
        }
        versionSeen = host.version();
        for (Replica replica : host.replicas()) {
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
