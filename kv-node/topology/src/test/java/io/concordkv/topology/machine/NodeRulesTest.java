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
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import io.concordkv.topology.state.StateCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Nodes come and go. Three founded the cluster, with two shards of three replicas.
class NodeRulesTest {
    private static final NodeId FIRST = new NodeId(1);
    private static final NodeId FOURTH = new NodeId(4);
    private static final VolumeId FRESH = new VolumeId(9, 9);

    private ClusterState state = raised(founded(), 4);

    private static ClusterState founded() {
        List<FoundingBody.FoundingNode> nodes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            nodes.add(new FoundingBody.FoundingNode("n" + i, new VolumeId(i, i), "n" + i + ":7070", "z" + i));
        }
        return FoundingPlan.state(new FoundingBody(new ClusterId(1, 2), 3, 2, "memory", nodes));
    }

    private static ClusterState raised(ClusterState state, int level) {
        return TopologyRules.apply(state, new TopologyCommand.RaiseLevel(level)).state();
    }

    private TopologyResult apply(TopologyCommand command) {
        TopologyRules.Outcome outcome =
                TopologyRules.apply(state, TopologyCommandCodec.decode(TopologyCommandCodec.encode(command)));
        state = outcome.state();
        return outcome.result();
    }

    private void refused(TopologyCommand command, String words) {
        ClusterState before = state;
        assertThat(apply(command))
                .isInstanceOfSatisfying(
                        TopologyResult.Rejected.class,
                        it -> assertThat(it.detail()).contains(words));
        assertThat(state).isSameAs(before);
    }

    private TopologyCommand join() {
        return new TopologyCommand.AddNode("n4", FRESH, "n4:7070", "z4");
    }

    private NodeStanding standing(NodeId node) {
        return state.node(node).map(NodeRecord::standing).orElseThrow();
    }

    /// All shards report members on these nodes, the first voters of shard 0 too.
    private void allOn(long... nodes) {
        for (ShardId shard : List.copyOf(state.shards().keySet())) {
            List<Member> members = new ArrayList<>();
            for (long node : nodes) {
                ReplicaId replica = new ReplicaId(100 + 10 * shard.value() + node);
                members.add(new Member(replica, new NodeId(node), MemberRole.VOTER));
            }
            long index = state.shards().get(shard).configurationIndex() + 1;
            apply(new TopologyCommand.ReportConfiguration(shard, index, Configuration.of(members)));
        }
    }

    @Test
    void aNodeJoinsOnceByItsVolumeAndGetsAnIdThatNobodyHad() {
        apply(join());
        assertThat(state.node(FRESH).orElseThrow().id()).isEqualTo(FOURTH);

        assertThat(apply(join())).isEqualTo(new TopologyResult.Accepted(state.epoch(), false));
        assertThat(state.next().node()).isEqualTo(5);
    }

    @Test
    void aNameThatIsTakenIsNotGivenToAnotherVolume() {
        refused(new TopologyCommand.AddNode("n1", FRESH, "n4:7070", ""), "belongs to node 1");
    }

    @Test
    void nothingOfThisIsPossibleBeforeAllNodesKnowIt() {
        state = raised(founded(), 3);
        refused(join(), "some nodes run a build");
        refused(new TopologyCommand.WantNode(FIRST, NodeStanding.DRAINING), "some nodes run a build");
        refused(new TopologyCommand.ReplaceNode(FIRST, Optional.empty(), ""), "some nodes run a build");
        refused(
                new TopologyCommand.BeginMove(ShardId.TOPOLOGY, NodeId.NONE, FIRST, 0, ""),
                "has a replica of shard 0 already");
    }

    @Test
    void aNodeIsDrainedOnlyWhileEnoughOthersStay() {
        refused(new TopologyCommand.WantNode(FIRST, NodeStanding.DRAINING), "wants 3 replicas and would have 2 nodes");
        apply(join());

        apply(new TopologyCommand.WantNode(FIRST, NodeStanding.DRAINING));
        assertThat(standing(FIRST)).isEqualTo(NodeStanding.DRAINING);
        refused(new TopologyCommand.WantNode(new NodeId(2), NodeStanding.DRAINING), "would have 2 nodes");

        apply(new TopologyCommand.WantNode(FIRST, NodeStanding.MEMBER));
        assertThat(standing(FIRST)).isEqualTo(NodeStanding.MEMBER);
    }

    @Test
    void undrainingGivesUpTheMovesThatHaveNotBeenSwitched() {
        apply(join());
        apply(new TopologyCommand.WantNode(FIRST, NodeStanding.DRAINING));
        apply(new TopologyCommand.BeginMove(new ShardId(1), FIRST, FOURTH, 0, "drain"));

        apply(new TopologyCommand.WantNode(FIRST, NodeStanding.MEMBER));

        assertThat(state.moves().get(1L).phase()).isEqualTo(MovePhase.CANCELLING);
    }

    @Test
    void aNodeGoesOnlyWhenItHoldsNothingAndIsForgottenWhenShardZeroIsWithoutIt() {
        apply(join());
        refused(new TopologyCommand.WantNode(FIRST, NodeStanding.LEAVING), "has replicas of 2 shards");
        allOn(2, 3, 4);

        apply(new TopologyCommand.WantNode(FIRST, NodeStanding.LEAVING));
        apply(new TopologyCommand.ForgetNode(FIRST));

        assertThat(state.node(FIRST)).isEmpty();
        assertThat(state.next().node()).isEqualTo(5);
    }

    @Test
    void aNodeThatIsNamedIsNotForgotten() {
        apply(join());
        apply(new TopologyCommand.ReplaceNode(FIRST, Optional.empty(), ""));

        assertThat(apply(new TopologyCommand.ForgetNode(FIRST)))
                .isEqualTo(new TopologyResult.Accepted(state.epoch(), false));
        assertThat(state.node(FIRST)).isPresent();
    }

    @Test
    void aReplacedVolumeIsNeverTakenBackAndItsNameIsFree() {
        apply(new TopologyCommand.ReplaceNode(FIRST, Optional.of(FRESH), "n1:7071"));

        assertThat(standing(FIRST)).isEqualTo(NodeStanding.REPLACED);
        NodeRecord heir = state.node(FRESH).orElseThrow();
        assertThat(heir.id()).isEqualTo(FOURTH);
        assertThat(heir.name()).isEqualTo("n1");
        assertThat(heir.zone()).isEqualTo("z1");
        refused(new TopologyCommand.AddNode("n9", new VolumeId(1, 1), "n9:7070", ""), "was replaced");
        refused(new TopologyCommand.WantNode(FIRST, NodeStanding.MEMBER), "is replaced");
        assertThat(apply(new TopologyCommand.ReplaceNode(FIRST, Optional.of(FRESH), "n1:7071")))
                .isEqualTo(new TopologyResult.Accepted(state.epoch(), false));
    }

    @Test
    void replacingEndsAReservationAndMovesToTheNode() {
        apply(join());
        apply(new TopologyCommand.BeginMove(ShardId.TOPOLOGY, NodeId.NONE, FOURTH, 0, "joins"));
        apply(new TopologyCommand.Reserve(FOURTH, "restart", "test", 1));

        apply(new TopologyCommand.ReplaceNode(FOURTH, Optional.empty(), ""));

        assertThat(state.reservation()).isEmpty();
        assertThat(state.moves().get(1L).phase()).isEqualTo(MovePhase.CANCELLING);
    }

    @Test
    void whatANodeReportsDoesNotChangeWhatIsWantedOfIt() {
        apply(join());
        apply(new TopologyCommand.WantNode(FIRST, NodeStanding.DRAINING));
        NodeRecord reported = state.node(FIRST).orElseThrow();

        apply(new TopologyCommand.ReportNode(new NodeRecord(
                reported.id(),
                reported.name(),
                reported.volume(),
                "moved:7070",
                "",
                "",
                "",
                5,
                "1",
                NodeStanding.MEMBER)));

        assertThat(state.node(FIRST).orElseThrow().peer()).isEqualTo("moved:7070");
        assertThat(standing(FIRST)).isEqualTo(NodeStanding.DRAINING);
    }

    @Test
    void aSnapshotKeepsStandingsAndIds() {
        apply(join());
        apply(new TopologyCommand.WantNode(FIRST, NodeStanding.DRAINING));
        apply(new TopologyCommand.ReplaceNode(FOURTH, Optional.empty(), ""));

        ClusterState read = ClusterState.EMPTY;
        for (Map.Entry<byte[], byte[]> row : StateCodec.rows(state).entrySet()) {
            read = StateCodec.add(read, row.getKey(), row.getValue());
        }

        assertThat(read).isEqualTo(state);
    }

    @Test
    void rowsOfAnEarlierLevelSayWhichNodeIdsWereGiven() {
        ClusterState older = founded();
        ClusterState read = ClusterState.EMPTY;
        for (Map.Entry<byte[], byte[]> row : StateCodec.rows(older).entrySet()) {
            read = StateCodec.add(read, row.getKey(), row.getValue());
        }
        assertThat(read.next()).isEqualTo(older.next());
    }
}
