package io.concordkv.topology.state;

import io.concordkv.base.ClusterId;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// Everything the topology group knows, as of one epoch. Immutable; a change makes another one.
///
/// @param epoch counts changes of nodes, keyspaces, shards and moves
/// @param level what all nodes understand and leaders may use (SAFETY S9), from 1
/// @param next  ids to be given next
/// @param moves those under way, and the last ones that are over
public record ClusterState(
        ClusterId cluster,
        long epoch,
        int level,
        NextIds next,
        SortedMap<NodeId, NodeRecord> nodes,
        SortedMap<String, KeyspaceRecord> keyspaces,
        SortedMap<ShardId, ShardRecord> shards,
        SortedMap<Long, MoveRecord> moves,
        Optional<Reservation> reservation) {
    private static final int LOST_TARGETS_LEVEL = 5;

    private static final int MOVES_KEPT = 100;

    /// Before the founding.
    public static final ClusterState EMPTY = new ClusterState(
            new ClusterId(0, 0),
            0,
            1,
            NextIds.FIRST,
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            Optional.empty());

    /// Ids are given in order and never again.
    public record NextIds(long keyspace, long shard, long replica, long move, long node) {
        static final NextIds FIRST = new NextIds(1, 1, 1, 1, 1);

        /// The same, with the id of this node given.
        NextIds after(NodeId given) {
            return new NextIds(keyspace, shard, replica, move, Math.max(node, given.value() + 1));
        }
    }

    /// The lowest shard id that was never given.
    public long nextShard() {
        return next.shard;
    }

    public long nextKeyspace() {
        return next.keyspace;
    }

    /// The lowest replica id that was never given.
    public long nextReplica() {
        return next.replica;
    }

    public boolean isFounded() {
        return epoch > 0;
    }

    public Optional<NodeRecord> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    public Optional<NodeRecord> node(VolumeId volume) {
        return nodes.values().stream().filter(it -> it.volume().equals(volume)).findFirst();
    }

    /// Shards whose last observed members, or whose move, name the node; shard 0 among them.
    public List<ShardId> shardsOn(NodeId node) {
        return shards.values().stream()
                .filter(it -> it.isOn(node)
                        || moveOf(it.id()).filter(m -> m.to().equals(node)).isPresent())
                .map(ShardRecord::id)
                .toList();
    }

    public Optional<KeyspaceRecord> keyspace(String name) {
        return Optional.ofNullable(keyspaces.get(name));
    }

    public Optional<ShardRecord> shard(ShardId id) {
        return Optional.ofNullable(shards.get(id));
    }

    /// The move of a shard that is not over; at most one (SAFETY R3).
    public Optional<MoveRecord> moveOf(ShardId shard) {
        return moves.values().stream()
                .filter(it -> it.shard().equals(shard) && !it.phase().isOver())
                .findFirst();
    }

    /// The node that the move brings a replica to was replaced after the switch had been ordered.
    /// Unless that is made already, the learner never becomes fit for it, and from level 5 on the
    /// move goes back.
    public boolean hasLostTarget(MoveRecord move) {
        return level >= LOST_TARGETS_LEVEL
                && move.phase() == MovePhase.SWITCHING
                && move.isAdding()
                && node(move.to()).filter(it -> it.standing().isHeard()).isEmpty();
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
                cluster, epoch + 1, level, next.after(node.id()), changed, keyspaces, shards, moves, reservation);
    }

    /// Forgets a node and a reservation of it; its id is not given again.
    public ClusterState withoutNode(NodeId node) {
        SortedMap<NodeId, NodeRecord> changed = new TreeMap<>(nodes);
        changed.remove(node);
        return new ClusterState(
                cluster,
                epoch + 1,
                level,
                next,
                changed,
                keyspaces,
                shards,
                moves,
                reservation.filter(it -> !it.node().equals(node)));
    }

    public ClusterState withLevel(int raised) {
        return new ClusterState(cluster, epoch + 1, raised, next, nodes, keyspaces, shards, moves, reservation);
    }

    public ClusterState withReservation(Optional<Reservation> changed) {
        return new ClusterState(cluster, epoch, level, next, nodes, keyspaces, shards, moves, changed);
    }

    public ClusterState withCreated(ShardId shard, SortedSet<ReplicaId> reported) {
        ShardRecord present = shards.get(shard);
        return present == null ? this : withShard(present.with(reported, epoch + 1));
    }

    /// Replaces the record of a shard.
    public ClusterState withShard(ShardRecord shard) {
        SortedMap<ShardId, ShardRecord> changed = new TreeMap<>(shards);
        changed.put(shard.id(), shard);
        return new ClusterState(cluster, epoch + 1, level, next, nodes, keyspaces, changed, moves, reservation);
    }

    /// Adds a move, or replaces its record; the oldest of those that are over are forgotten.
    public ClusterState withMove(MoveRecord move) {
        SortedMap<Long, MoveRecord> changed = new TreeMap<>(moves);
        changed.put(move.id(), move);
        long over = changed.values().stream().filter(it -> it.phase().isOver()).count();
        for (MoveRecord each : moves.values()) {
            if (over > MOVES_KEPT && each.phase().isOver()) {
                changed.remove(each.id());
                over--;
            }
        }
        NextIds given = new NextIds(
                next.keyspace,
                next.shard,
                Math.max(next.replica, move.toReplica().value() + 1),
                Math.max(next.move, move.id() + 1),
                next.node);
        return new ClusterState(cluster, epoch + 1, level, given, nodes, keyspaces, shards, changed, reservation);
    }

    /// Adds a keyspace with its shards, or replaces the record of one.
    public ClusterState withKeyspace(KeyspaceRecord keyspace, Iterable<ShardRecord> added) {
        SortedMap<String, KeyspaceRecord> changed = new TreeMap<>(keyspaces);
        changed.put(keyspace.name(), keyspace);
        SortedMap<ShardId, ShardRecord> changedShards = new TreeMap<>(shards);
        long keyspaceNext = Math.max(next.keyspace, keyspace.id().value() + 1);
        long shardNext = next.shard;
        long replicaNext = next.replica;
        for (ShardRecord shard : added) {
            changedShards.put(shard.id(), shard);
            shardNext = Math.max(shardNext, shard.id().value() + 1);
            for (var member : shard.configuration().members()) {
                replicaNext = Math.max(replicaNext, member.replica().value() + 1);
            }
        }
        NextIds given = new NextIds(keyspaceNext, shardNext, replicaNext, next.move, next.node);
        return new ClusterState(cluster, epoch + 1, level, given, nodes, changed, changedShards, moves, reservation);
    }

    public ClusterState withoutKeyspace(KeyspaceRecord keyspace) {
        SortedMap<String, KeyspaceRecord> changed = new TreeMap<>(keyspaces);
        changed.remove(keyspace.name());
        SortedMap<ShardId, ShardRecord> changedShards = new TreeMap<>(shards);
        keyspace.shards().forEach(changedShards::remove);
        SortedMap<Long, MoveRecord> changedMoves = new TreeMap<>(moves);
        changedMoves.values().removeIf(it -> keyspace.shards().contains(it.shard()));
        return new ClusterState(
                cluster, epoch + 1, level, next, nodes, changed, changedShards, changedMoves, reservation);
    }
}
