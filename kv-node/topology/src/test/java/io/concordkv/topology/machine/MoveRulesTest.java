package io.concordkv.topology.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ClusterId;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.founding.FoundingPlan;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.StateCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The journal of a move, and what it refuses. Four nodes, one shard of three replicas.
class MoveRulesTest {
    private static final ShardId SHARD = new ShardId(1);

    private ClusterState state = raised(founded());
    private final List<Member> members =
            state.shard(SHARD).orElseThrow().configuration().members();
    private final NodeId from = members.getFirst().node();
    private final NodeId to = state.nodes().keySet().stream()
            .filter(node -> members.stream().noneMatch(it -> it.node().equals(node)))
            .findFirst()
            .orElseThrow();

    private static ClusterState founded() {
        List<FoundingBody.FoundingNode> nodes = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            nodes.add(new FoundingBody.FoundingNode("n" + i, new VolumeId(i, i), "n" + i + ":7070", ""));
        }
        return FoundingPlan.state(new FoundingBody(new ClusterId(1, 2), 3, 1, "memory", nodes));
    }

    private static ClusterState raised(ClusterState state) {
        return TopologyRules.apply(state, new TopologyCommand.RaiseLevel(2)).state();
    }

    private TopologyResult apply(TopologyCommand command) {
        TopologyRules.Outcome outcome = TopologyRules.apply(state, command);
        state = outcome.state();
        return outcome.result();
    }

    private void refused(TopologyCommand command, String code, String words) {
        ClusterState before = state;
        assertThat(apply(command)).isInstanceOfSatisfying(TopologyResult.Rejected.class, it -> {
            assertThat(it.code()).isEqualTo(code);
            assertThat(it.detail()).contains(words);
        });
        assertThat(state).isSameAs(before);
    }

    private TopologyCommand begin(NodeId giving, NodeId getting) {
        return new TopologyCommand.BeginMove(SHARD, giving, getting, 0, "test");
    }

    private MoveRecord move() {
        return state.moves().get(1L);
    }

    private Configuration plain(MemberRole role) {
        List<Member> next = new ArrayList<>(members);
        next.add(new Member(move().toReplica(), to, role));
        return Configuration.of(next);
    }

    @Test
    void goesFromPhaseToPhaseByWhatIsReported() {
        long free = state.nextReplica();
        apply(begin(from, to));
        assertThat(move().phase()).isEqualTo(MovePhase.CREATING);
        assertThat(move().toReplica()).isEqualTo(new ReplicaId(free));
        assertThat(state.nextReplica()).isEqualTo(free + 1);

        apply(new TopologyCommand.ReportReplica(SHARD, move().toReplica()));
        assertThat(move().phase()).isEqualTo(MovePhase.LEARNING);

        apply(new TopologyCommand.ReportConfiguration(SHARD, 10, plain(MemberRole.LEARNER)));
        assertThat(move().phase()).isEqualTo(MovePhase.LEARNING);
        apply(new TopologyCommand.BeginSwitch(1));
        assertThat(move().phase()).isEqualTo(MovePhase.SWITCHING);
        refused(new TopologyCommand.CancelMove(1), "conflicting-operation", "is being switched");

        List<Member> after = new ArrayList<>(plain(MemberRole.VOTER).members());
        after.removeFirst();
        apply(new TopologyCommand.ReportConfiguration(SHARD, 12, Configuration.of(after)));
        assertThat(move().phase()).isEqualTo(MovePhase.DONE);
        assertThat(state.shard(SHARD).orElseThrow().configuration()).isEqualTo(Configuration.of(after));
        refused(new TopologyCommand.CancelMove(1), "conflicting-operation", "is done");
    }

    @Test
    void anOlderConfigurationChangesNothing() {
        apply(begin(from, to));
        apply(new TopologyCommand.ReportConfiguration(SHARD, 10, plain(MemberRole.LEARNER)));
        ClusterState before = state;

        apply(new TopologyCommand.ReportConfiguration(SHARD, 9, Configuration.of(members)));

        assertThat(state).isSameAs(before);
    }

    /// Found by the simulator: the node had made the learner of a move that was given up, and said so late.
    @Test
    void aLearnerOfAnEarlierMoveIsNotTakenForThisOnes() {
        apply(begin(from, to));
        ReplicaId first = move().toReplica();
        apply(new TopologyCommand.CancelMove(1));
        apply(new TopologyCommand.ReportConfiguration(SHARD, 0, Configuration.of(members)));
        assertThat(move().phase()).isEqualTo(MovePhase.CANCELLED);
        apply(begin(from, to));

        apply(new TopologyCommand.ReportReplica(SHARD, first));
        apply(new TopologyCommand.ReportCreated(to, List.of(SHARD)));

        assertThat(state.moves().get(2L).phase()).isEqualTo(MovePhase.CREATING);
    }

    @Test
    void aCancelledMoveEndsWhenTheLearnerIsOutAgain() {
        apply(begin(from, to));
        apply(new TopologyCommand.ReportReplica(SHARD, move().toReplica()));
        apply(new TopologyCommand.ReportConfiguration(SHARD, 10, plain(MemberRole.LEARNER)));
        apply(new TopologyCommand.CancelMove(1));
        refused(new TopologyCommand.BeginSwitch(1), "conflicting-operation", "is not learning");
        apply(new TopologyCommand.ReportConfiguration(SHARD, 10, plain(MemberRole.LEARNER)));
        assertThat(move().phase()).isEqualTo(MovePhase.CANCELLING);

        apply(new TopologyCommand.ReportConfiguration(SHARD, 11, Configuration.of(members)));

        assertThat(move().phase()).isEqualTo(MovePhase.CANCELLED);
        assertThat(state.moveOf(SHARD)).isEmpty();
    }

    @Test
    void whatMayNotBeginIsRefusedInWords() {
        refused(begin(to, from), "invalid-argument", "has no voter of shard 1");
        refused(begin(from, from), "invalid-argument", "has a replica of shard 1 already");
        refused(begin(from, new NodeId(9)), "invalid-argument", "there is no node 9");
        refused(begin(NodeId.NONE, NodeId.NONE), "invalid-argument", "want at least one node");
        refused(
                new TopologyCommand.BeginMove(new ShardId(9), from, to, 0, ""),
                "shard-not-found",
                "there is no shard 9");
        refused(new TopologyCommand.CancelMove(5), "move-not-found", "there is no move 5");
        apply(begin(from, to));
        refused(begin(from, to), "conflicting-operation", "move 1 of shard 1 is under way");
    }

    @Test
    void noMoveBeginsBeforeEveryNodeKnowsHow() {
        state = founded();
        refused(begin(from, to), "conflicting-operation", "a build that cannot move replicas yet");
    }

    /// SAFETY R8: while a node is reserved, no change of members starts on its shards, and the other way round.
    @Test
    void aReservationAndASwitchKeepEachOtherOut() {
        apply(begin(from, to));
        apply(new TopologyCommand.ReportReplica(SHARD, move().toReplica()));
        apply(new TopologyCommand.Reserve(from, "restart", "operator", 1));
        refused(new TopologyCommand.BeginSwitch(1), "conflicting-operation", "is reserved");
        apply(new TopologyCommand.Release(from));
        apply(new TopologyCommand.BeginSwitch(1));
        refused(
                new TopologyCommand.Reserve(from, "restart", "operator", 1),
                "conflicting-operation",
                "move 1 of shard 1 is being switched");
    }

    @Test
    void stateWithMovesSurvivesASnapshot() {
        apply(begin(from, to));
        apply(new TopologyCommand.ReportConfiguration(SHARD, 10, plain(MemberRole.LEARNER)));

        ClusterState read = ClusterState.EMPTY;
        for (var row : StateCodec.rows(state).entrySet()) {
            read = StateCodec.add(read, row.getKey(), row.getValue());
        }

        assertThat(read).isEqualTo(state);
    }

    /// SAFETY S9: a node of the level before can read every row.
    @Test
    void untilTheLevelIsRaisedRowsAreOfTheFirstVersion() {
        assertThat(StateCodec.rows(founded()).values()).allMatch(row -> row[0] == 1);
    }
}
