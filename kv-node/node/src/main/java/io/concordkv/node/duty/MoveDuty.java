package io.concordkv.node.duty;

import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.FollowerState;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.Progress;
import io.concordkv.raft.RaftCore;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.Replica;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.placement.TopologyMembers;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Carries moves out where their shard is led, one step a look, and tells the topology group what the shard
/// committed (SAFETY R5, R6). Whoever leads next goes on from the journal and the shard's own configuration; a step
/// that was made for another configuration is refused by the core. When a look at all shards led here finds nothing to
/// do, the next ones wait for another state, leader or configuration; only shard 0, whose members also follow what
/// other nodes do, is looked at now and then.
final class MoveDuty {
    private static final long COMMAND_MILLIS = 3_000;
    private static final long LAG_MAX = 1_000;
    private static final int TOPOLOGY_LOOKS = 3;

    private final ShardHost host;
    private final TopologyDesk desk;
    private final TreeSet<ShardId> telling = new TreeSet<>();
    private @Nullable ClusterState quietState;
    private long quietVersion;
    private boolean quiet;
    private long looks;

    MoveDuty(ShardHost host, TopologyDesk desk) {
        this.host = host;
        this.desk = desk;
    }

    void look(ClusterState state) {
        if (state == quietState && host.version() == quietVersion) {
            if (looks++ % TOPOLOGY_LOOKS == 0) {
                host.find(ShardId.TOPOLOGY).ifPresent(it -> look(state, it));
            }
            return;
        }
        quiet = true;
        long version = host.version();
        host.leaders().forEach(it -> look(state, it));
        quietState = quiet ? state : null;
        quietVersion = version;
    }

    private void look(ClusterState state, Replica replica) {
        Optional<ShardRecord> shard = state.shard(replica.shard());
        if (replica.isLeader() && shard.isPresent()) {
            if (isSettled(replica.core())) {
                look(state, shard.get(), replica);
            } else {
                quiet = false;
            }
        }
    }

    /// No change is under way.
    private static boolean isSettled(RaftCore core) {
        return core.configurationIndex() == core.committedConfiguration().index()
                && !core.configuration().isJoint()
                && !core.isTransferring();
    }

    private void look(ClusterState state, ShardRecord shard, Replica leader) {
        ConfigurationAt present = leader.core().committedConfiguration();
        Optional<MoveRecord> move = state.moveOf(shard.id());
        boolean gaveUp = move.filter(it -> (it.phase() == MovePhase.CANCELLING || state.hasLostTarget(it))
                        && !present.configuration().contains(it.toReplica()))
                .isPresent();
        if (present.index() > shard.configurationIndex() || gaveUp) {
            quiet = false;
            tell(
                    shard.id(),
                    new TopologyCommand.ReportConfiguration(shard.id(), present.index(), present.configuration()));
        } else if (move.isPresent()) {
            quiet = false;
            step(state, move.get(), leader, present.configuration());
        } else {
            removeForgotten(state, leader, present.configuration());
        }
    }

    private void step(ClusterState state, MoveRecord move, Replica leader, Configuration present) {
        switch (move.phase()) {
            case LEARNING -> learn(move, leader, present);
            case SWITCHING -> {
                boolean goesBack = state.hasLostTarget(move) && !present.isVoter(move.toReplica());
                change(leader, goesBack ? without(present, move.toReplica()) : switched(move, present));
            }
            case CANCELLING -> change(leader, without(present, move.toReplica()));
            case CREATING, DONE, CANCELLED -> {} // somebody else's turn
        }
    }

    private void learn(MoveRecord move, Replica leader, Configuration present) {
        if (!present.contains(move.toReplica())) {
            List<Member> wanted = new ArrayList<>(present.members());
            wanted.add(new Member(move.toReplica(), move.to(), MemberRole.LEARNER));
            change(leader, wanted);
        } else if (!move.shard().equals(ShardId.TOPOLOGY) && isCaughtUp(leader.core(), move.toReplica())) {
            tell(move.shard(), new TopologyCommand.BeginSwitch(move.id()));
        }
    }

    private static boolean isCaughtUp(RaftCore core, ReplicaId learner) {
        for (Progress each : core.progress()) {
            if (each.replica().equals(learner)) {
                return each.state() == FollowerState.REPLICATE && each.match() + LAG_MAX >= core.commitIndex();
            }
        }
        return false;
    }

    /// The new voter takes the place, and so the rank, of the one that leaves.
    private static List<Member> switched(MoveRecord move, Configuration present) {
        List<Member> wanted = new ArrayList<>(without(present, move.toReplica()));
        int place = wanted.size();
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i).replica().equals(move.fromReplica())) {
                place = i;
            }
        }
        wanted.removeIf(it -> it.replica().equals(move.fromReplica()));
        if (move.isAdding()) {
            wanted.add(Math.min(place, wanted.size()), new Member(move.toReplica(), move.to(), MemberRole.VOTER));
        }
        return wanted;
    }

    private static List<Member> without(Configuration present, ReplicaId replica) {
        return present.members().stream()
                .filter(it -> !it.replica().equals(replica))
                .toList();
    }

    /// A learner that no move speaks of any more: its move was given up while it joined.
    private void removeForgotten(ClusterState state, Replica leader, Configuration present) {
        if (leader.shard().equals(ShardId.TOPOLOGY)) {
            adjustTopology(state, leader, present);
            return;
        }
        present.members().stream()
                .filter(it -> !it.isVoter() && it.replica().value() < state.nextReplica())
                .findFirst()
                .ifPresent(it -> change(leader, without(present, it.replica())));
    }

    /// Every node learns shard 0 and some vote; in one change, as soon as nobody is being restarted.
    private void adjustTopology(ClusterState state, Replica leader, Configuration present) {
        if (state.level() < TopologyMembers.LEVEL || state.reservation().isPresent()) {
            return;
        }
        List<Member> wanted = TopologyMembers.wanted(
                state,
                present,
                node -> present.members().stream()
                        .filter(it -> it.node().equals(node))
                        .anyMatch(it -> isCaughtUp(leader.core(), it.replica())));
        if (!wanted.equals(present.members())) {
            change(leader, wanted);
        }
    }

    /// A refusal says that it is too early, or that things have moved on; the next look sees what is true then.
    private void change(Replica leader, List<Member> wanted) {
        quiet = false;
        leader.changeMembers(wanted, leader.core().configurationIndex());
    }

    private void tell(ShardId shard, TopologyCommand command) {
        if (telling.add(shard)) {
            desk.submit(command, COMMAND_MILLIS, outcome -> telling.remove(shard));
        }
    }
}
