package io.concordkv.topology.state;

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
/// @param configuration members as created; the shard's own committed configuration is the truth (R6)
/// @param created       replicas that reported to be on disk; all of them make the shard active (R2)
public record ShardRecord(
        ShardId id,
        long keyspace,
        long from,
        long to,
        long epoch,
        Configuration configuration,
        SortedSet<ReplicaId> created) {

    /// CREATING until every replica is on disk.
    public boolean isActive() {
        return created.size() >= configuration.members().size();
    }

    ShardRecord with(SortedSet<ReplicaId> reported, long epoch) {
        SortedSet<ReplicaId> all = new TreeSet<>(created);
        all.addAll(reported);
        return new ShardRecord(id, keyspace, from, to, epoch, configuration, all);
    }

    public boolean holds(long hash) {
        return Long.compareUnsigned(from, hash) <= 0 && Long.compareUnsigned(hash, to) <= 0;
    }
}
