package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wal.WalRecovery;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a deleted keyspace leaves on the volumes: tombstones in the logs, and nothing else.
class DeletedKeyspaceTest {
    private static final String KEYSPACE = "orders";
    private static final long STEP_NANOS = 10_000;

    @Test
    void filesGoOnlyWhenTheTombstoneIsDurable() {
        for (long seed = 31; seed < 37; seed++) {
            GoldenWorld calm = GoldenWorld.founded(seed, (from, to, use, frame) -> {});
            List<ShardId> shards = create(calm);
            SimulatedNode node = calm.world().node(calm.leaderOf(ShardId.TOPOLOGY) % 3 + 1);
            delete(calm, calm.leaderOf(ShardId.TOPOLOGY));
            while (missing(node, shards).isEmpty()) {
                calm.pass(STEP_NANOS);
            }
            List<ShardId> missing = missing(node, shards);

            node.crash(true);
            node.start();
            WalRecovery recovery = node.node().wal().recovery();
            assertThat(recovery.tombstones()).as("seed %d", seed).containsKeys(missing.toArray(ShardId[]::new));
            calm.untilCalm();
            assertThat(calm.member(node.number()).damagedShards()).isEmpty();
            calm.until("nothing is left", () -> missing(node, shards).size() == shards.size());
            calm.end();
        }
    }

    @Test
    void aDamagedReplicaIsDestroyedToo() {
        GoldenWorld calm = GoldenWorld.founded(38, (from, to, use, frame) -> {});
        List<ShardId> shards = create(calm);
        SimulatedNode node = calm.world().node(calm.leaderOf(ShardId.TOPOLOGY) % 3 + 1);
        ShardId damaged = shards.getFirst();
        calm.on(node.number(), () -> calm.replica(node.number(), damaged).damageForGood("its page cannot be read"));
        calm.pass(1_000_000_000L);
        node.crash(false);
        node.start();
        assertThat(node.node().wal().recovery().damaged()).containsOnlyKeys(damaged);
        calm.until("it has joined", () -> node.node().notReady().isEmpty());

        delete(calm, calm.leaderOf(ShardId.TOPOLOGY));
        calm.until(
                "nothing of it is damaged",
                () -> calm.member(node.number()).damagedShards().isEmpty());
        calm.until("nothing is left", () -> missing(node, shards).size() == shards.size());

        node.crash(true);
        node.start();
        WalRecovery recovery = node.node().wal().recovery();
        assertThat(recovery.damaged()).isEmpty();
        assertThat(recovery.tombstones()).containsKeys(shards.toArray(ShardId[]::new));
        calm.untilCalm();
        calm.end();
    }

    @Test
    void aSnapshotOnItsWayDoesNotOutliveItsReplica() {
        for (long seed = 41; seed < 49; seed++) {
            int steps = stepsUntilDestroyed(seed, Integer.MAX_VALUE);
            stepsUntilDestroyed(seed, steps - 1);
        }
    }

    /// Of a node that begins to take snapshots of the shards after that many steps.
    private static int stepsUntilDestroyed(long seed, int snapshotAfter) {
        GoldenWorld calm = GoldenWorld.founded(seed, (from, to, use, frame) -> {});
        List<ShardId> shards = create(calm);
        int leader = calm.leaderOf(ShardId.TOPOLOGY);
        SimulatedNode node = calm.world().node(leader % 3 + 1);
        int number = node.number();
        delete(calm, leader);
        int steps = 0;
        while (shards.stream()
                .anyMatch(it -> calm.member(number).host().find(it).isPresent())) {
            if (steps == snapshotAfter) {
                calm.on(
                        number,
                        () -> shards.forEach(
                                it -> calm.replica(number, it).snapshots().take()));
            }
            calm.pass(STEP_NANOS);
            steps++;
        }
        calm.until("nothing is left", () -> missing(node, shards).size() == shards.size());
        calm.pass(1_000_000_000L);
        assertThat(shards).as("seed %d", seed).noneMatch(it -> node.disk().exists("snapshots/" + it));
        calm.end();
        return steps;
    }

    @Test
    void noFolderIsLeftOfReplicasWithoutASnapshot() {
        GoldenWorld calm = GoldenWorld.founded(49, (from, to, use, frame) -> {});
        List<ShardId> shards = create(calm);
        delete(calm, calm.leaderOf(ShardId.TOPOLOGY));
        for (SimulatedNode node : calm.world().nodes()) {
            calm.until("nothing is left", () -> missing(node, shards).size() == shards.size());
            assertThat(shards).noneMatch(it -> node.disk().exists("snapshots/" + it));
        }
        calm.end();
    }

    private static List<ShardId> create(GoldenWorld calm) {
        AdminDesk.Answer created = calm.admin(
                calm.leaderOf(ShardId.TOPOLOGY),
                new AdminDesk.Operation.CreateKeyspace(KEYSPACE, "memory", 2, KeyspaceMode.HASH, 3));
        assertThat(created.changed()).isTrue();
        List<ShardId> shards =
                calm.state().keyspace(KEYSPACE).map(KeyspaceRecord::shards).orElseThrow();
        calm.until(
                "its shards are active",
                () -> shards.stream()
                        .allMatch(it -> calm.state()
                                .shard(it)
                                .filter(ShardRecord::isActive)
                                .isPresent()));
        calm.untilCalm();
        return shards;
    }

    private static void delete(GoldenWorld calm, int leader) {
        calm.on(
                leader,
                () -> calm.member(leader)
                        .admin()
                        .execute(new AdminDesk.Operation.DeleteKeyspace(KEYSPACE), answer -> {}));
    }

    private static List<ShardId> missing(SimulatedNode node, List<ShardId> shards) {
        return shards.stream().filter(it -> !node.disk().exists("shards/" + it)).toList();
    }
}
