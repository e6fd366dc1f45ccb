package io.concordkv.topology.machine;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What commands about moves do to the cluster's state. The shard's own log decides its membership; what
/// stands here is the intent, and what was last observed of the result (SAFETY R6).
final class MoveRules {
    /// The level from which on replicas move.
    static final int LEVEL = 2;

    private MoveRules() {}

    static TopologyRules.Outcome begin(ClusterState state, TopologyCommand.BeginMove begin) {
        ShardRecord shard = state.shards().get(begin.shard());
        if (shard == null) {
            return TopologyRules.rejected(state, "shard-not-found", "there is no shard " + begin.shard());
        }
        String mistake = mistake(state, shard, begin);
        if (!mistake.isEmpty()) {
            return TopologyRules.rejected(state, "invalid-argument", mistake);
        }
        String conflict = conflict(state, shard, begin);
        if (!conflict.isEmpty()) {
            return TopologyRules.rejected(state, "conflicting-operation", conflict);
        }
        ReplicaId leaving = voterOn(shard, begin.from()).map(Member::replica).orElse(ReplicaId.NONE);
        boolean adds = !begin.to().equals(NodeId.NONE);
        return TopologyRules.changed(state.withMove(new MoveRecord(
                state.next().move(),
                shard.id(),
                begin.from(),
                leaving,
                begin.to(),
                adds ? new ReplicaId(state.nextReplica()) : ReplicaId.NONE,
                adds ? MovePhase.CREATING : MovePhase.SWITCHING,
                begin.startedAt(),
                begin.reason())));
    }

    private static String mistake(ClusterState state, ShardRecord shard, TopologyCommand.BeginMove begin) {
        boolean adds = !begin.to().equals(NodeId.NONE);
        boolean removes = !begin.from().equals(NodeId.NONE);
        if (!adds && !removes) {
            return "from, to: want at least one node";
        }
        if (shard.id().equals(ShardId.TOPOLOGY) && removes) {
            return "shard 0 has a replica on every node and none is moved; drain the node";
        }
        if (removes && voterOn(shard, begin.from()).isEmpty()) {
            return "from: node " + begin.from() + " has no voter of shard " + shard.id();
        }
        if (adds && !state.nodes().containsKey(begin.to())) {
            return "to: there is no node " + begin.to();
        }
        if (adds && state.node(begin.to()).filter(NodeRecord::isMember).isEmpty()) {
            return "to: node " + begin.to() + " is being drained or replaced";
        }
        if (adds && shard.isOn(begin.to())) {
            return "to: node " + begin.to() + " has a replica of shard " + shard.id() + " already";
        }
        if (!adds && shard.configuration().voterCount() == 1) {
            return "from: the only voter of shard " + shard.id() + " cannot be removed; give a node to move it to";
        }
        return "";
    }

    private static String conflict(ClusterState state, ShardRecord shard, TopologyCommand.BeginMove begin) {
        if (state.level() < LEVEL) {
            return "some nodes run a build that cannot move replicas yet";
        }
        if (state.level() < NodeRules.LEVEL && shard.id().equals(ShardId.TOPOLOGY)) {
            return "some nodes run a build that does not know joining yet";
        }
        if (!shard.isActive()) {
            return "shard " + shard.id() + " is being created";
        }
        Optional<MoveRecord> other = state.moveOf(shard.id());
        if (other.isPresent()) {
            return "move " + other.get().id() + " of shard " + shard.id() + " is under way";
        }
        return state.reservation()
                .filter(it -> it.node().equals(begin.to()) || shard.isOn(it.node()))
                .map(it -> "node " + it.node() + " is reserved by " + it.owner() + " for " + it.purpose()
                        + ": no change of members starts on its shards")
                .orElse("");
    }

    /// The new replica of a move is on its node's disk.
    static TopologyRules.Outcome created(ClusterState state, ShardId shard, ReplicaId replica) {
        Optional<MoveRecord> move =
                state.moveOf(shard).filter(it -> it.toReplica().equals(replica));
        if (move.isEmpty()) {
            return TopologyRules.unchanged(state); // it was given up meanwhile, or is reported once more
        }
        ClusterState next = state.withCreated(shard, new TreeSet<>(Set.of(replica)));
        return TopologyRules.changed(
                move.get().phase() == MovePhase.CREATING
                        ? next.withMove(move.get().in(MovePhase.LEARNING))
                        : next);
    }

    static TopologyRules.Outcome beginSwitch(ClusterState state, long id) {
        MoveRecord move = state.moves().get(id);
        if (move == null || (move.phase() != MovePhase.LEARNING && move.phase() != MovePhase.SWITCHING)) {
            return TopologyRules.rejected(state, "conflicting-operation", "move " + id + " is not learning");
        }
        boolean reserved = state.reservation()
                .filter(it -> touches(state, move, it.node()))
                .isPresent();
        if (reserved) {
            return TopologyRules.rejected(state, "conflicting-operation", "a node of the shard is reserved");
        }
        return move.phase() == MovePhase.SWITCHING
                ? TopologyRules.unchanged(state)
                : TopologyRules.changed(state.withMove(move.in(MovePhase.SWITCHING)));
    }

    static TopologyRules.Outcome cancel(ClusterState state, long id) {
        MoveRecord move = state.moves().get(id);
        if (move == null) {
            return TopologyRules.rejected(state, "move-not-found", "there is no move " + id);
        }
        if (move.shard().equals(ShardId.TOPOLOGY)) {
            return TopologyRules.rejected(
                    state, "conflicting-operation", "every node has a replica of shard 0; remove or replace the node");
        }
        return switch (move.phase()) {
            case CREATING, LEARNING -> TopologyRules.changed(state.withMove(move.in(MovePhase.CANCELLING)));
            case CANCELLING, CANCELLED -> TopologyRules.unchanged(state);
            case SWITCHING ->
                TopologyRules.rejected(
                        state,
                        "conflicting-operation",
                        "move " + id + " is being switched and will end; move the replica back afterwards");
            case DONE -> TopologyRules.rejected(state, "conflicting-operation", "move " + id + " is done");
        };
    }

    static TopologyRules.Outcome observe(ClusterState state, TopologyCommand.ReportConfiguration report) {
        ShardRecord shard = state.shards().get(report.shard());
        if (shard == null) {
            return TopologyRules.unchanged(state);
        }
        boolean newer = report.index() > shard.configurationIndex();
        ClusterState next = newer
                ? state.withShard(shard.observed(report.configuration(), report.index(), state.epoch() + 1))
                : state;
        Optional<MoveRecord> move = state.moveOf(shard.id());
        // The same index again ends a move that had begun to cancel before its learner was ever named.
        if (move.isPresent() && report.index() >= shard.configurationIndex()) {
            MovePhase phase = after(state, move.get(), report.configuration());
            if (phase != move.get().phase()) {
                next = next.withMove(move.get().in(phase));
            }
        }
        return next == state ? TopologyRules.unchanged(state) : TopologyRules.changed(next);
    }

    /// Where a move stands when the shard's committed configuration is this one.
    private static MovePhase after(ClusterState state, MoveRecord move, Configuration configuration) {
        if (configuration.isJoint()) {
            return move.phase();
        }
        boolean isEnough = move.shard().equals(ShardId.TOPOLOGY) // as a learner; who votes there is decided apart
                ? configuration.contains(move.toReplica())
                : configuration.isVoter(move.toReplica());
        boolean arrived = !move.isAdding() || isEnough;
        boolean left = !move.isRemoving() || !configuration.contains(move.fromReplica());
        if (arrived && left) {
            return MovePhase.DONE;
        }
        boolean goesBack = move.phase() == MovePhase.CANCELLING || state.hasLostTarget(move);
        boolean given = goesBack && !configuration.contains(move.toReplica());
        return given ? MovePhase.CANCELLED : move.phase();
    }

    /// The node has, or gets, a replica of the shard that moves.
    static boolean touches(ClusterState state, MoveRecord move, NodeId node) {
        return move.to().equals(node)
                || state.shard(move.shard()).filter(it -> it.isOn(node)).isPresent();
    }

    private static Optional<Member> voterOn(ShardRecord shard, NodeId node) {
        return shard.configuration().members().stream()
                .filter(it -> it.node().equals(node) && it.isVoter())
                .findFirst();
    }
}
