package io.concordkv.topology.state;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Configuration;
import java.util.SortedSet;
import java.util.TreeSet;

/// One shard.
///
/// @param keyspace      0 for the topology group
/// @param from          first hash of its interval, unsigned
/// @param to            last hash, unsigned and inclusive
/// @param epoch         cluster epoch of its last change
/// @param configuration members as last observed; the shard's own committed configuration is the truth (R6)
/// @param configurationIndex where that configuration stands in the shard's log; 0 = as created
/// @param created       replicas that reported to be on disk; all of the first ones make the shard active (R2)
public record ShardRecord(
        ShardId id,
        long keyspace,
        long from,
        long to,
        long epoch,
        Configuration configuration,
        long configurationIndex,
        SortedSet<ReplicaId> created) {

    /// CREATING until every replica is on disk. A shard whose log has a configuration was active before.
    public boolean isActive() {
        return configurationIndex > 0
                || created.size() >= configuration.members().size();
    }

    /// Whether a member, voter or learner, incoming or outgoing, is on the node.
    public boolean isOn(NodeId node) {
        return configuration.members().stream().anyMatch(it -> it.node().equals(node))
                || configuration.outgoing().stream().anyMatch(it -> it.node().equals(node));
    }

    /// The shard reported a newer committed configuration.
    public ShardRecord observed(Configuration newer, long index, long changed) {
        return new ShardRecord(id, keyspace, from, to, changed, newer, index, created);
    }

    ShardRecord with(SortedSet<ReplicaId> reported, long epoch) {
        SortedSet<ReplicaId> all = new TreeSet<>(created);
        all.addAll(reported);
        return new ShardRecord(id, keyspace, from, to, epoch, configuration, configurationIndex, all);
    }

    public boolean holds(long hash) {
        return Long.compareUnsigned(from, hash) <= 0 && Long.compareUnsigned(hash, to) <= 0;
    }
}
