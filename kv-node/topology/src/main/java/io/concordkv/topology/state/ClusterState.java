package io.concordkv.topology.state;

import io.concordkv.base.ClusterId;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// Everything the topology group knows, as of one epoch. Immutable; a change makes another one.
///
/// @param epoch counts changes of nodes, keyspaces and shards
public record ClusterState(
        ClusterId cluster,
        long epoch,
        long nextKeyspace,
        long nextShard,
        long nextReplica,
        SortedMap<NodeId, NodeRecord> nodes,
        SortedMap<String, KeyspaceRecord> keyspaces,
        SortedMap<ShardId, ShardRecord> shards,
        Optional<Reservation> reservation) {
    /// Before the founding.
    public static final ClusterState EMPTY = new ClusterState(
            new ClusterId(0, 0), 0, 1, 1, 1, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), Optional.empty());

    public boolean isFounded() {
        return epoch > 0;
    }

    public Optional<NodeRecord> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    public Optional<NodeRecord> node(VolumeId volume) {
        return nodes.values().stream().filter(it -> it.volume().equals(volume)).findFirst();
    }

    public Optional<KeyspaceRecord> keyspace(String name) {
        return Optional.ofNullable(keyspaces.get(name));
    }

    public Optional<ShardRecord> shard(ShardId id) {
        return Optional.ofNullable(shards.get(id));
    }

    /// The shard of a keyspace that owns a hash.
    public ShardRecord shardOf(KeyspaceRecord keyspace, long hash) {
        int at =
                io.concordkv.base.PartitionHash.interval(hash, keyspace.shards().size());
        ShardRecord shard = shards.get(keyspace.shards().get(at));
        if (shard == null) {
            throw new IllegalStateException("keyspace " + keyspace.name() + " names a shard that is not there");
        }
        return shard;
    }

    public ClusterState withNode(NodeRecord node) {
        SortedMap<NodeId, NodeRecord> changed = new TreeMap<>(nodes);
        changed.put(node.id(), node);
        return new ClusterState(
                cluster, epoch + 1, nextKeyspace, nextShard, nextReplica, changed, keyspaces, shards, reservation);
    }

    public ClusterState withReservation(Optional<Reservation> changed) {
        return new ClusterState(
                cluster, epoch, nextKeyspace, nextShard, nextReplica, nodes, keyspaces, shards, changed);
    }

    public ClusterState withCreated(ShardId shard, SortedSet<ReplicaId> reported) {
        SortedMap<ShardId, ShardRecord> changed = new TreeMap<>(shards);
        ShardRecord present = changed.get(shard);
        if (present == null) {
            return this;
        }
        changed.put(shard, present.with(reported, epoch + 1));
        return new ClusterState(
                cluster, epoch + 1, nextKeyspace, nextShard, nextReplica, nodes, keyspaces, changed, reservation);
    }

    /// Adds a keyspace with its shards, or replaces the record of one.
    public ClusterState withKeyspace(KeyspaceRecord keyspace, Iterable<ShardRecord> added) {
        SortedMap<String, KeyspaceRecord> changed = new TreeMap<>(keyspaces);
        changed.put(keyspace.name(), keyspace);
        SortedMap<ShardId, ShardRecord> changedShards = new TreeMap<>(shards);
        long keyspaceNext = Math.max(nextKeyspace, keyspace.id().value() + 1);
        long shardNext = nextShard;
        long replicaNext = nextReplica;
        for (ShardRecord shard : added) {
            changedShards.put(shard.id(), shard);
            shardNext = Math.max(shardNext, shard.id().value() + 1);
            for (var member : shard.configuration().members()) {
                replicaNext = Math.max(replicaNext, member.replica().value() + 1);
            }
        }
        return new ClusterState(
                cluster, epoch + 1, keyspaceNext, shardNext, replicaNext, nodes, changed, changedShards, reservation);
    }

    public ClusterState withoutKeyspace(KeyspaceRecord keyspace) {
        SortedMap<String, KeyspaceRecord> changed = new TreeMap<>(keyspaces);
        changed.remove(keyspace.name());
        SortedMap<ShardId, ShardRecord> changedShards = new TreeMap<>(shards);
        keyspace.shards().forEach(changedShards::remove);
        return new ClusterState(
                cluster, epoch + 1, nextKeyspace, nextShard, nextReplica, nodes, changed, changedShards, reservation);
    }
}
