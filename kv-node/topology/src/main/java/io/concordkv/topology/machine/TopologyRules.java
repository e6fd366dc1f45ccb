package io.concordkv.topology.machine;

import io.concordkv.base.KeyspaceId;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Member;
import io.concordkv.topology.founding.FoundingPlan;
import io.concordkv.topology.placement.KeyspacePlan;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.Reservation;
import io.concordkv.topology.state.ShardRecord;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What each command does to the cluster's state: a pure function.
public final class TopologyRules {
    static final int KEYSPACES_MAX = 1_000;
    static final int SHARDS_MAX = 4_096;

    private TopologyRules() {}

    /// The state after a command, and its result. Rejected commands leave the state as it was.
    public record Outcome(ClusterState state, TopologyResult result) {}

    public static Outcome apply(ClusterState state, TopologyCommand command) {
        return switch (command) {
            case TopologyCommand.Found(var body) ->
                state.isFounded() ? unchanged(state) : changed(FoundingPlan.state(body));
            case TopologyCommand.ReportNode(var node) -> reportNode(state, node);
            case TopologyCommand.CreateKeyspace create -> create(state, create);
            case TopologyCommand.ReportCreated created -> reportCreated(state, created);
            case TopologyCommand.BeginDelete(var name) -> beginDelete(state, name);
            case TopologyCommand.EndDelete(var keyspace) -> endDelete(state, keyspace);
            case TopologyCommand.Reserve reserve -> reserve(state, reserve);
            case TopologyCommand.Release(var node) ->
                heldOf(state, node).isPresent() ? released(state) : unchanged(state);
            case TopologyCommand.GiveBack(var node, var owner) ->
                heldOf(state, node)
                        .map(held -> held.owner().equals(owner) ? released(state) : heldBy(state, held))
                        .orElse(unchanged(state));
            case TopologyCommand.RaiseLevel(var level) ->
                level > state.level() ? changed(state.withLevel(level)) : unchanged(state);
            case TopologyCommand.ReportReplica(var shard, var replica) -> MoveRules.created(state, shard, replica);
            case TopologyCommand.BeginMove begin -> MoveRules.begin(state, begin);
            case TopologyCommand.BeginSwitch(var move) -> MoveRules.beginSwitch(state, move);
            case TopologyCommand.CancelMove(var move) -> MoveRules.cancel(state, move);
            case TopologyCommand.ReportConfiguration report -> MoveRules.observe(state, report);
            case TopologyCommand.AddNode add -> NodeRules.add(state, add);
            case TopologyCommand.WantNode(var node, var standing) -> NodeRules.want(state, node, standing);
            case TopologyCommand.ReplaceNode replace -> NodeRules.replace(state, replace);
            case TopologyCommand.ForgetNode(var node) -> NodeRules.forget(state, node);
        };
    }

    private static Outcome reportNode(ClusterState state, NodeRecord node) {
        NodeRecord known = state.nodes().get(node.id());
        if (known == null || !known.volume().equals(node.volume())) {
            return rejected(
                    state,
                    "node-not-found",
                    "node " + node.id() + " with volume " + node.volume() + " does not belong to the cluster");
        }
        NodeRecord reported = node.in(known.standing());
        return known.equals(reported) || node.incarnation() < known.incarnation()
                ? unchanged(state)
                : changed(state.withNode(reported));
    }

    private static Outcome create(ClusterState state, TopologyCommand.CreateKeyspace create) {
        KeyspaceRecord present = state.keyspaces().get(create.name());
        if (present != null) {
            return exists(state, create, present);
        }
        if (state.keyspaces().size() >= KEYSPACES_MAX) {
            return rejected(
                    state,
                    "conflicting-operation",
                    "there are " + KEYSPACES_MAX + " keyspaces, the most that are allowed");
        }
        if (state.shards().size() - 1 + create.shards() > SHARDS_MAX) {
            return rejected(
                    state,
                    "conflicting-operation",
                    "there are " + (state.shards().size() - 1) + " shards; " + create.shards() + " more would pass "
                            + SHARDS_MAX);
        }
        List<NodeRecord> nodes =
                state.nodes().values().stream().filter(NodeRecord::isMember).toList();
        if (create.replicationFactor() > nodes.size()) {
            return rejected(
                    state,
                    "invalid-argument",
                    "replicationFactor: want at most the number of nodes (" + nodes.size() + "), got "
                            + create.replicationFactor());
        }
        KeyspacePlan plan = KeyspacePlan.make(
                new KeyspaceId(state.nextKeyspace()),
                create.name(),
                create.engine(),
                create.mode(),
                create.shards(),
                create.replicationFactor(),
                nodes,
                state.nextShard(),
                state.nextReplica(),
                state.epoch() + 1);
        return changed(state.withKeyspace(plan.keyspace(), plan.shards()));
    }

    private static Outcome exists(ClusterState state, TopologyCommand.CreateKeyspace create, KeyspaceRecord present) {
        if (present.deleting()) {
            return rejected(state, "conflicting-operation", "keyspace " + present.name() + " is being deleted");
        }
        TreeSet<String> differs = new TreeSet<>();
        if (!present.engine().equals(create.engine())) {
            differs.add("engine (is " + present.engine() + ")");
        }
        if (present.mode() != create.mode()) {
            differs.add("mode (is " + present.mode().label() + ")");
        }
        if (present.shards().size() != create.shards()) {
            differs.add("shards (is " + present.shards().size() + ")");
        }
        if (!differs.isEmpty()) {
            return rejected(
                    state,
                    "keyspace-exists",
                    "keyspace " + present.name() + " exists and differs in " + String.join(", ", differs));
        }
        if (present.replicationFactor() != create.replicationFactor()) {
            return rejected(
                    state,
                    "conflicting-operation",
                    "the replication factor of keyspace " + present.name() + " is " + present.replicationFactor()
                            + " and cannot be changed yet");
        }
        return unchanged(state);
    }

    private static Outcome reportCreated(ClusterState state, TopologyCommand.ReportCreated created) {
        ClusterState next = state;
        for (ShardId id : created.shards()) {
            ShardRecord shard = next.shards().get(id);
            if (shard == null) {
                continue;
            }
            TreeSet<ReplicaId> mine = new TreeSet<>();
            for (Member member : shard.configuration().members()) {
                if (member.node().equals(created.node()) && !shard.created().contains(member.replica())) {
                    mine.add(member.replica());
                }
            }
            if (!mine.isEmpty()) {
                next = next.withCreated(id, mine);
            }
        }
        return next == state ? unchanged(state) : changed(next);
    }

    private static Outcome beginDelete(ClusterState state, String name) {
        KeyspaceRecord keyspace = state.keyspaces().get(name);
        if (keyspace == null) {
            return rejected(state, "keyspace-not-found", "there is no keyspace " + name);
        }
        return keyspace.deleting() ? unchanged(state) : changed(state.withKeyspace(keyspace.beingDeleted(), List.of()));
    }

    private static Outcome endDelete(ClusterState state, long id) {
        for (KeyspaceRecord keyspace : state.keyspaces().values()) {
            if (keyspace.id().value() == id && keyspace.deleting()) {
                return changed(state.withoutKeyspace(keyspace));
            }
        }
        return unchanged(state);
    }

    private static Outcome reserve(ClusterState state, TopologyCommand.Reserve reserve) {
        if (!state.nodes().containsKey(reserve.node())) {
            return rejected(state, "node-not-found", "there is no node " + reserve.node());
        }
        Optional<Reservation> held = state.reservation();
        if (held.isPresent()) {
            Reservation present = held.get();
            return present.node().equals(reserve.node()) && present.owner().equals(reserve.owner())
                    ? unchanged(state)
                    : heldBy(state, present);
        }
        Optional<MoveRecord> switching = state.moves().values().stream()
                .filter(it -> it.phase() == MovePhase.SWITCHING && MoveRules.touches(state, it, reserve.node()))
                .findFirst();
        if (switching.isPresent()) {
            return rejected(
                    state,
                    "conflicting-operation",
                    "move " + switching.get().id() + " of shard "
                            + switching.get().shard() + " is being switched");
        }
        return changed(state.withReservation(Optional.of(
                new Reservation(reserve.node(), reserve.purpose(), reserve.owner(), reserve.incarnation()))));
    }

    private static Optional<Reservation> heldOf(ClusterState state, NodeId node) {
        return state.reservation().filter(it -> it.node().equals(node));
    }

    private static Outcome released(ClusterState state) {
        return changed(state.withReservation(Optional.empty()));
    }

    private static Outcome heldBy(ClusterState state, Reservation held) {
        return rejected(
                state,
                "conflicting-operation",
                "node " + held.node() + " is reserved by " + held.owner() + " for " + held.purpose());
    }

    /// Whether a keyspace of this mode may have this many shards.
    public static boolean shardsFit(KeyspaceMode mode, int shards) {
        return mode == KeyspaceMode.SINGLE ? shards == 1 : shards >= 1 && shards <= SHARDS_MAX;
    }

    static Outcome changed(ClusterState next) {
        return new Outcome(next, new TopologyResult.Accepted(next.epoch(), true));
    }

    static Outcome unchanged(ClusterState state) {
        return new Outcome(state, new TopologyResult.Accepted(state.epoch(), false));
    }

    static Outcome rejected(ClusterState state, String code, String detail) {
        return new Outcome(state, new TopologyResult.Rejected(code, detail));
    }
}
