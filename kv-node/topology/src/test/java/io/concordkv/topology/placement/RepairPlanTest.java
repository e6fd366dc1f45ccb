package io.concordkv.topology.placement;

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
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Where replicas go, and who votes in shard 0.
class RepairPlanTest {
    private static final ShardId ONE = new ShardId(1);

    private static ClusterState founded(int nodes, String... zones) {
        List<FoundingBody.FoundingNode> listed = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            String zone = zones.length == 0 ? "" : zones[(i - 1) % zones.length];
            listed.add(new FoundingBody.FoundingNode("n" + i, new VolumeId(i, i), "n" + i + ":7070", zone));
        }
        return FoundingPlan.state(new FoundingBody(new ClusterId(1, 2), 3, 1, "memory", listed));
    }

    private static ClusterState with(ClusterState state, NodeStanding standing, long node) {
        return state.withNode(state.node(new NodeId(node)).orElseThrow().in(standing));
    }

    /// The shard as it is when these nodes hold its voters.
    private static ClusterState on(ClusterState state, long... nodes) {
        List<Member> members = new ArrayList<>();
        for (long node : nodes) {
            members.add(new Member(new ReplicaId(50 + node), new NodeId(node), MemberRole.VOTER));
        }
        ShardRecord shard = state.shard(ONE).orElseThrow();
        return state.withShard(new ShardRecord(
                ONE, shard.keyspace(), shard.from(), shard.to(), 1, Configuration.of(members), 7, new TreeSet<>()));
    }

    private static List<RepairPlan.Step> plan(ClusterState state) {
        return RepairPlan.next(state, node -> true, 4);
    }

    private static String brief(List<RepairPlan.Step> steps) {
        StringBuilder text = new StringBuilder();
        steps.forEach(it -> text.append(it.shard())
                .append(':')
                .append(it.from())
                .append('>')
                .append(it.to())
                .append(' '));
        return text.toString().strip();
    }

    @Test
    void nothingIsPlannedWhereAllIsWell() {
        assertThat(plan(on(founded(4), 1, 2, 3))).isEmpty();
    }

    @Test
    void aDrainedNodesReplicaGoesToAnotherZone() {
        ClusterState state = on(founded(5, "a", "b", "c", "b", "a"), 1, 2, 3);
        assertThat(brief(plan(with(state, NodeStanding.DRAINING, 1)))).isEqualTo("1:1>5");
        assertThat(brief(plan(with(state, NodeStanding.DRAINING, 2)))).isEqualTo("1:2>4");
    }

    @Test
    void aReplacedNodeComesBeforeADrainedOne() {
        ClusterState state = on(founded(5), 1, 2, 3);
        state = with(with(state, NodeStanding.DRAINING, 1), NodeStanding.REPLACED, 3);
        assertThat(brief(plan(state))).isEqualTo("1:3>4");
    }

    @Test
    void aMissingReplicaIsMadeWhereThereIsRoom() {
        ClusterState state = on(founded(4), 1, 2);
        assertThat(brief(plan(state))).isEqualTo("1:0>3");
        assertThat(brief(RepairPlan.next(state, node -> !node.equals(new NodeId(3)), 4)))
                .isEqualTo("1:0>4");
        assertThat(RepairPlan.next(state, node -> false, 4)).isEmpty();
    }

    @Test
    void noMoreIsBegunThanMayBeUnderWay() {
        assertThat(RepairPlan.next(on(founded(4), 1, 2), node -> true, 0)).isEmpty();
    }

    @Test
    void aNodeWithoutAReplicaOfShardZeroGetsOne() {
        ClusterState state = on(founded(3), 1, 2, 3);
        state = state.withNode(NodeRecord.unreported(new NodeId(4), "n4", new VolumeId(4, 4), "n4:7070", ""));
        assertThat(brief(plan(state))).isEqualTo("0:0>4");
    }

    private static String voters(ClusterState state) {
        return voters(state, node -> true);
    }

    private static String voters(ClusterState state, java.util.function.Predicate<NodeId> caughtUp) {
        Configuration present = state.shard(ShardId.TOPOLOGY).orElseThrow().configuration();
        StringBuilder text = new StringBuilder();
        for (Member member : TopologyMembers.wanted(state, present, caughtUp)) {
            text.append(member.isVoter() ? "" : "-").append(member.node()).append(' ');
        }
        return text.toString().strip();
    }

    @Test
    void whoVotesStaysAndTheOthersLearn() {
        assertThat(voters(founded(3))).isEqualTo("1 2 3");
        assertThat(voters(founded(4))).isEqualTo("1 2 3 -4");
        assertThat(voters(founded(7))).isEqualTo("1 2 3 4 5 -6 -7");
    }

    @Test
    void aDrainedNodeGivesItsVoteAwayLast() {
        ClusterState state = with(on(founded(4), 1, 2, 3), NodeStanding.DRAINING, 1);
        assertThat(voters(state)).as("it still holds a shard").isEqualTo("1 2 3 -4");
        assertThat(voters(on(state, 2, 3, 4))).isEqualTo("2 3 4 -1");
    }

    @Test
    void aReplacedNodeVotesUntilThereIsAnother() {
        assertThat(voters(with(founded(3), NodeStanding.REPLACED, 2))).isEqualTo("1 2 3");
        assertThat(voters(with(founded(4), NodeStanding.REPLACED, 2))).isEqualTo("1 3 4");
        assertThat(voters(with(founded(4), NodeStanding.REPLACED, 2), node -> false))
                .as("the other has not caught up")
                .isEqualTo("1 2 3 -4");
        assertThat(voters(with(founded(5), NodeStanding.REPLACED, 2))).isEqualTo("1 3 4 -5");
    }

    @Test
    void aNodeThatLeavesIsLeftOut() {
        ClusterState state = on(founded(4), 1, 2, 3);
        assertThat(voters(with(state, NodeStanding.LEAVING, 4))).isEqualTo("1 2 3");
    }
}
