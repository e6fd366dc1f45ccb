package io.concordkv.topology.placement;

import io.concordkv.base.KeyspaceId;
import io.concordkv.base.NodeId;
import io.concordkv.base.PartitionHash;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// A new keyspace and its shards, as a pure function of what is asked and what is there.
///
/// @param shards in state CREATING: nobody has reported yet
public record KeyspacePlan(KeyspaceRecord keyspace, List<ShardRecord> shards) {

    /// @param firstShard   id of the first shard; the others follow
    /// @param firstReplica id of the first replica; the others follow
    public static KeyspacePlan make(
            KeyspaceId id,
            String name,
            String engine,
            KeyspaceMode mode,
            int shards,
            int replicationFactor,
            Collection<NodeRecord> nodes,
            long firstShard,
            long firstReplica,
            long epoch) {
        List<List<NodeId>> placed = new PlacementRing(nodes).place(shards, Math.min(replicationFactor, nodes.size()));
        List<ShardRecord> records = new ArrayList<>(shards);
        List<ShardId> ids = new ArrayList<>(shards);
        long replica = firstReplica;
        for (int i = 0; i < shards; i++) {
            List<Member> members = new ArrayList<>();
            for (NodeId node : placed.get(i)) {
                members.add(new Member(new ReplicaId(replica++), node, MemberRole.VOTER));
            }
            ShardId shard = new ShardId(firstShard + i);
            ids.add(shard);
            long to = i + 1 == shards ? -1L : PartitionHash.intervalStart(i + 1, shards) - 1;
            records.add(new ShardRecord(
                    shard,
                    id.value(),
                    PartitionHash.intervalStart(i, shards),
                    to,
                    epoch,
                    Configuration.of(members),
                    0,
                    new TreeSet<>()));
        }
        return new KeyspacePlan(
                new KeyspaceRecord(id, name, engine, mode, "sync", replicationFactor, ids, false), records);
    }
}
