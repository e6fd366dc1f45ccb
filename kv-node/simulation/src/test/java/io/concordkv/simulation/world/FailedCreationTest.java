package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.ShardRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A node has no room for the files of new replicas when it learns of them.
class FailedCreationTest {
    private static final String KEYSPACE = "orders";

    @Test
    void theReplicasAreCreatedOnceThereIsRoomWithoutAnyChangeOfTheCluster() {
        GoldenWorld calm = GoldenWorld.onDisksThatMayFill(71);
        int leader = calm.leaderOf(ShardId.TOPOLOGY);
        SimulatedNode node = calm.world().node(leader % 3 + 1);
        node.disk().setFull(true);
        calm.on(
                leader,
                () -> calm.member(leader)
                        .admin()
                        .execute(
                                new AdminDesk.Operation.CreateKeyspace(KEYSPACE, "memory", 2, KeyspaceMode.HASH, 3),
                                answer -> {}));
        calm.until(
                "it cannot create them",
                () -> calm.world().notes().stream()
                        .anyMatch(it -> it.contains(node.name() + " warns: cannot create replicas")));
        calm.pass(8_000_000_000L);
        assertThat(shards(calm, leader)).hasSize(2).noneMatch(ShardRecord::isActive);
        assertThat(calm.member(node.number()).damagedShards()).isEmpty();

        node.disk().setFull(false);
        calm.until("its shards are active", () -> shards(calm, leader).stream().allMatch(ShardRecord::isActive));
        calm.untilCalm();
        calm.end();
    }

    private static List<ShardRecord> shards(GoldenWorld calm, int node) {
        ClusterState state = calm.member(node).desk().state();
        return state.keyspace(KEYSPACE).stream()
                .flatMap(it -> it.shards().stream())
                .flatMap(it -> state.shard(it).stream())
                .toList();
    }
}
