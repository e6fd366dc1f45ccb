package io.concordkv.topology.machine;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What commands about nodes do to the cluster's state. That their shards can spare a node is asked of the shards'
/// leaders before such a command is proposed; what stands here holds without asking.
final class NodeRules {
    /// The level from which on nodes come and go.
    static final int LEVEL = 4;

    private static final int NODES_MAX = 1_000;
    private static final String CONFLICT = "conflicting-operation";

    private NodeRules() {}

    static TopologyRules.Outcome add(ClusterState state, TopologyCommand.AddNode add) {
        Optional<NodeRecord> known = state.node(add.volume());
        if (known.isPresent()) {
            return known.get().standing() == NodeStanding.REPLACED
                    ? TopologyRules.rejected(
                            state,
                            CONFLICT,
                            "volume " + add.volume() + " was replaced and is not taken back; its node draws a new one")
                    : TopologyRules.unchanged(state);
        }
        String conflict = conflict(state, add.name());
        if (!conflict.isEmpty()) {
            return TopologyRules.rejected(state, CONFLICT, conflict);
        }
        return TopologyRules.changed(
                state.withNode(NodeRecord.unreported(next(state), add.name(), add.volume(), add.peer(), add.zone())));
    }

    private static String conflict(ClusterState state, String name) {
        if (state.level() < LEVEL) {
            return "some nodes run a build that does not know joining yet";
        }
        if (state.nodes().size() >= NODES_MAX) {
            return "there are " + NODES_MAX + " nodes, the most that are allowed";
        }
        return state.nodes().values().stream()
                .filter(it -> it.name().equals(name) && it.standing() != NodeStanding.REPLACED)
                .findFirst()
                .map(it -> "name " + name + " belongs to node " + it.id() + " with volume " + it.volume()
                        + "; :replace that one when its volume is lost")
                .orElse("");
    }

    private static NodeId next(ClusterState state) {
        return new NodeId(state.next().node());
    }

    static TopologyRules.Outcome want(ClusterState state, NodeId id, NodeStanding wanted) {
        NodeRecord node = state.nodes().get(id);
        if (node == null) {
            return unknown(state, id);
        }
        if (state.level() < LEVEL) {
            return TopologyRules.rejected(state, CONFLICT, "some nodes run a build that does not know draining yet");
        }
        if (node.standing() == wanted) {
            return TopologyRules.unchanged(state);
        }
        boolean isOver = node.standing() == NodeStanding.LEAVING || node.standing() == NodeStanding.REPLACED;
        if (isOver || wanted == NodeStanding.REPLACED) {
            return TopologyRules.rejected(
                    state, CONFLICT, "node " + id + " is " + node.standing().label());
        }
        List<String> against = switch (wanted) {
            case MEMBER, REPLACED -> List.of();
            case DRAINING -> shortages(state, id);
            case LEAVING -> holdings(state, id);
        };
        if (!against.isEmpty()) {
            return TopologyRules.rejected(state, CONFLICT, String.join("; ", against));
        }
        ClusterState changed = state.withNode(node.in(wanted));
        return TopologyRules.changed(
                wanted == NodeStanding.MEMBER ? givenUp(changed, it -> it.from().equals(id)) : changed);
    }

    /// Keyspaces that would have fewer nodes than replicas without this one.
    private static List<String> shortages(ClusterState state, NodeId without) {
        long left = state.nodes().values().stream()
                .filter(it -> it.isMember() && !it.id().equals(without))
                .count();
        List<String> against = new ArrayList<>();
        if (left == 0) {
            against.add("node " + without + " is the last one");
        }
        for (KeyspaceRecord keyspace : state.keyspaces().values()) {
            if (keyspace.replicationFactor() > left && !keyspace.deleting()) {
                against.add("keyspace " + keyspace.name() + " wants " + keyspace.replicationFactor()
                        + " replicas and would have " + left + " nodes");
            }
        }
        return against;
    }

    private static List<String> holdings(ClusterState state, NodeId id) {
        List<String> against = new ArrayList<>();
        List<ShardId> held = state.shardsOn(id).stream()
                .filter(it -> !it.equals(ShardId.TOPOLOGY))
                .toList();
        if (!held.isEmpty()) {
            against.add("node " + id + " has replicas of " + held.size() + " shards; drain it first");
        }
        boolean votes = state.shard(ShardId.TOPOLOGY)
                .filter(it -> it.configuration().members().stream()
                        .anyMatch(m -> m.node().equals(id) && m.isVoter()))
                .isPresent();
        if (votes) {
            against.add("node " + id + " is a voter of shard 0; drain it first");
        }
        return against;
    }

    /// Moves that have not been switched and that nobody wants any more.
    private static ClusterState givenUp(ClusterState state, Predicate<MoveRecord> unwanted) {
        ClusterState next = state;
        for (MoveRecord move : state.moves().values()) {
            boolean early = move.phase() == MovePhase.CREATING || move.phase() == MovePhase.LEARNING;
            if (early && unwanted.test(move)) {
                next = next.withMove(move.in(MovePhase.CANCELLING));
            }
        }
        return next;
    }

    static TopologyRules.Outcome replace(ClusterState state, TopologyCommand.ReplaceNode replace) {
        NodeRecord node = state.nodes().get(replace.node());
        if (node == null) {
            return unknown(state, replace.node());
        }
        if (state.level() < LEVEL) {
            return TopologyRules.rejected(state, CONFLICT, "some nodes run a build that does not know replacing yet");
        }
        Optional<VolumeId> volume = replace.volume();
        Optional<NodeRecord> heir = volume.flatMap(state::node);
        if (heir.isPresent()
                && (heir.get().id().equals(node.id()) || !heir.get().name().equals(node.name()))) {
            return TopologyRules.rejected(
                    state,
                    CONFLICT,
                    "volume " + heir.get().volume() + " belongs to node "
                            + heir.get().id() + ", " + heir.get().name());
        }
        ClusterState next = state;
        if (node.standing() != NodeStanding.REPLACED) {
            next = givenUp(
                    next.withNode(node.in(NodeStanding.REPLACED)), it -> it.to().equals(node.id()));
            next = next.withReservation(
                    next.reservation().filter(it -> !it.node().equals(node.id())));
        }
        if (volume.isPresent() && heir.isEmpty()) {
            String conflict = conflict(next, node.name());
            if (!conflict.isEmpty()) {
                return TopologyRules.rejected(state, CONFLICT, conflict);
            }
            next = next.withNode(
                    NodeRecord.unreported(next(next), node.name(), volume.get(), replace.peer(), node.zone()));
        }
        return next == state ? TopologyRules.unchanged(state) : TopologyRules.changed(next);
    }

    static TopologyRules.Outcome forget(ClusterState state, NodeId id) {
        NodeRecord node = state.nodes().get(id);
        boolean over = node != null
                && (node.standing() == NodeStanding.LEAVING || node.standing() == NodeStanding.REPLACED)
                && state.shardsOn(id).isEmpty();
        return over ? TopologyRules.changed(state.withoutNode(id)) : TopologyRules.unchanged(state);
    }

    private static TopologyRules.Outcome unknown(ClusterState state, NodeId id) {
        return TopologyRules.rejected(state, "node-not-found", "there is no node " + id);
    }
}
