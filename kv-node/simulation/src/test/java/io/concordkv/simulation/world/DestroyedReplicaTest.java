package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.shard.replica.Replica;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wal.WalInspector;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A node destroyed its replicas of a deleted keyspace, and starts again from a snapshot of the topology
/// that does not know of the deletion yet (SAFETY R1).
class DestroyedReplicaTest {
    private static final String KEYSPACE = "orders";
    private static final long STEP_NANOS = 10_000;

    private final GoldenWorld calm = GoldenWorld.founded(81, (from, to, use, frame) -> {});
    private final int leader = calm.leaderOf(ShardId.TOPOLOGY);
    private final SimulatedNode node = calm.world().node(leader % 3 + 1);

    @Test
    void whatAnOldStateCallsCreatedIsNotDamaged() throws IOException {
        create();
        calm.until("its shards are active", () -> shards().stream().allMatch(ShardRecord::isActive));
        calm.untilCalm();
        takeSnapshot();
        List<ShardId> destroyed = delete();

        startsWithout(destroyed);
    }

    @Test
    void whatAnOldStateOrdersToCreateIsNotCreatedAgain() throws IOException {
        create();
        while (shards().isEmpty()) {
            calm.pass(STEP_NANOS);
        }
        takeSnapshot();
        assertThat(shards()).noneMatch(ShardRecord::isActive);
        calm.until("its shards are active", () -> shards().stream().allMatch(ShardRecord::isActive));
        List<ShardId> destroyed = delete();

        startsWithout(destroyed);
    }

    private void create() {
        calm.on(
                leader,
                () -> calm.member(leader)
                        .admin()
                        .execute(
                                new AdminDesk.Operation.CreateKeyspace(KEYSPACE, "memory", 2, KeyspaceMode.HASH, 3),
                                answer -> {}));
    }

    private void takeSnapshot() {
        Replica topology = calm.replica(node.number(), ShardId.TOPOLOGY);
        long taken = topology.snapshots().taken();
        calm.on(node.number(), () -> topology.snapshots().take());
        while (topology.snapshots().taken() == taken) {
            calm.pass(STEP_NANOS);
        }
    }

    private List<ShardId> delete() {
        List<ShardId> shards = shards().stream().map(ShardRecord::id).toList();
        calm.on(
                leader,
                () -> calm.member(leader)
                        .admin()
                        .execute(new AdminDesk.Operation.DeleteKeyspace(KEYSPACE), answer -> {}));
        calm.until(
                "its replicas are destroyed",
                () -> shards.stream().noneMatch(it -> node.disk().exists("shards/" + it)));
        return shards;
    }

    private void startsWithout(List<ShardId> destroyed) throws IOException {
        node.crash(false);
        int notes = calm.world().notes().size();
        node.start();
        int frames = creationsAndDestructions(destroyed); // the start has written some of them again
        long end = calm.world().now() + 3_000_000_000L;
        while (calm.world().now() < end) {
            calm.pass(STEP_NANOS);
            assertThat(destroyed).noneMatch(it -> node.disk().exists("shards/" + it));
            node.node()
                    .membership()
                    .ifPresent(it -> assertThat(it.damagedShards()).isEmpty());
        }
        calm.untilCalm();
        assertThat(calm.world().notes().stream().skip(notes).filter(it -> it.contains(node.name() + " warns")))
                .isEmpty();

        assertThat(creationsAndDestructions(destroyed)).isEqualTo(frames);
        calm.end();
    }

    /// Frames of the log that hold any.
    private int creationsAndDestructions(List<ShardId> shards) throws IOException {
        TreeSet<Long> found = new TreeSet<>();
        WalInspector.dump(node.disk(), "wal", sight -> {
            if (sight instanceof WalInspector.Sight.Frame frame && !frame.checkpoint()) {
                frame.records().stream()
                        .filter(it -> shards.stream()
                                .anyMatch(shard -> it.startsWith("GroupCreated[group=" + shard + ",")
                                        || it.startsWith("GroupDestroyed[group=" + shard + ",")))
                        .forEach(it -> found.add(frame.sequence()));
            }
        });
        assertThat(found).isNotEmpty();
        return found.size();
    }

    private List<ShardRecord> shards() {
        var state = calm.member(node.number()).desk().state();
        return state.keyspace(KEYSPACE).map(KeyspaceRecord::shards).orElse(List.of()).stream()
                .flatMap(it -> state.shard(it).stream())
                .toList();
    }
}
