package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.raft.Progress;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.replica.Replica;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// One disk of three is full (SAFETY L8): the two others go on, and it catches up when it has room again.
class FullDiskOfOneNodeTest {
    private static final int WRITES = 120;
    private static final String LARGE = "x".repeat(16 << 10);
    private static final byte[] KEY = bytes("key");

    @Test
    void leadersMoveAwayWritesGoOnAndNothingIsLost() {
        GoldenWorld calm = GoldenWorld.onDisksThatMayFill(11);
        ShardId shard = calm.shardOf("default", KEY);
        int full = calm.leaderOf(shard);
        put(calm, full, shard, "before");

        SimulatedNode node = calm.world().node(full);
        node.disk().setFull(true);
        calm.until("it knows", () -> {
            write(calm, full, shard, "while it is full");
            return calm.member(full).host().isStorageLow();
        });
        calm.until("others lead", () -> ledBy(calm, full) == 0);
        int leader = calm.leaderOf(shard);

        // It starts on what is held, and leads nothing.
        node.crash(true);
        node.start();
        put(calm, leader, shard, "while it starts");
        calm.pass(3_000_000_000L);
        assertThat(ledBy(calm, full)).isZero();

        for (int i = 0; i < WRITES; i++) {
            put(calm, leader, shard, LARGE + i);
        }
        assertThat(calm.member(full).host().isStorageExhausted()).isTrue();
        assertThat(matchOf(calm, leader, full, shard))
                .isLessThan(calm.replica(leader, shard).core().commitIndex());
        assertThat(calm.leaderOf(shard)).isEqualTo(leader);

        node.disk().setFull(false);
        calm.untilCalm();
        put(calm, leader, shard, "after");
        calm.untilCalm();

        // What it has caught up with is as good as the others' log: it and one that knows as much elect.
        calm.world().node(leader).crash(true);
        int other = calm.leaderOf(shard);
        assertThat(calm.call(other, shard, new ShardCall.Get(KEY)).toString()).contains("revision");
        put(calm, other, shard, "by the two that remain");
        node.crash(true);
        node.start();
        calm.untilCalm();
        calm.end();
    }

    private static long ledBy(GoldenWorld calm, int node) {
        return calm.member(node).host().replicas().stream()
                .filter(Replica::isLeader)
                .count();
    }

    private static long matchOf(GoldenWorld calm, int leader, int node, ShardId shard) {
        return calm.replica(leader, shard).core().progress().stream()
                .filter(it -> it.replica().equals(calm.replica(node, shard).id()))
                .mapToLong(Progress::match)
                .sum();
    }

    private static ShardAnswer write(GoldenWorld calm, int node, ShardId shard, String value) {
        return calm.call(node, shard, GoldenScenario.put("key", value, 0, Optional.empty()));
    }

    private static void put(GoldenWorld calm, int node, ShardId shard, String value) {
        assertThat(write(calm, node, shard, value)).isInstanceOf(ShardAnswer.Written.class);
    }
}
