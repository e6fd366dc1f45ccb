package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.shard.call.ShardAnswer;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A damaged replica takes no snapshots any more: its entries must not keep the node's log for ever.
class PinnedLogTest {
    private static final ShardId SHARD = new ShardId(1);
    private static final ShardId OTHER = new ShardId(2);
    /// The log is due at 16 segments.
    private static final int SEGMENTS_MAX = 20;
    private static final int ENTRIES = 120;
    private static final String LARGE = "x".repeat(100_000);

    @Test
    void aReplicaDamagedInMemoryLetsGoOfTheLog() {
        GoldenWorld calm = GoldenWorld.founded(61, (from, to, use, frame) -> {});
        SimulatedNode node = calm.world().node(calm.leaderOf(SHARD) % 3 + 1);
        calm.reserve(node.number());
        put(calm, SHARD, "before");
        calm.pass(1_000_000_000L);
        calm.on(node.number(), () -> calm.replica(node.number(), SHARD).damage("cannot write a snapshot: bad page"));
        letsGo(calm, node, "cannot write a snapshot: bad page");
        calm.end();
    }

    @Test
    void aReplicaThatCannotBeOpenedLetsGoOfTheLog() throws IOException {
        GoldenWorld calm = GoldenWorld.founded(62, (from, to, use, frame) -> {});
        SimulatedNode node = calm.world().node(calm.leaderOf(SHARD) % 3 + 1);
        calm.reserve(node.number());
        put(calm, SHARD, "before");
        calm.pass(1_000_000_000L);
        node.crash(false);
        node.disk().rot("shards/1", 9, 3);
        node.start();
        calm.until("it is ready", () -> node.node().notReady().isEmpty());
        letsGo(calm, node, "shards/1 at offset 0");
        calm.end();
    }

    /// While the log is small the damage is not written: perhaps the next start can open the replica.
    @Test
    void aSmallLogWaitsForTheNextStart() {
        GoldenWorld calm = GoldenWorld.founded(63, (from, to, use, frame) -> {});
        SimulatedNode node = calm.world().node(calm.leaderOf(SHARD) % 3 + 1);
        calm.reserve(node.number());
        calm.on(node.number(), () -> calm.replica(node.number(), SHARD).damage("cannot write a snapshot: bad page"));
        put(calm, OTHER, "after");
        calm.pass(5_000_000_000L);
        node.crash(false);
        node.start();
        calm.untilCalm();
        assertThat(calm.member(node.number()).damagedShards()).isEmpty();
        calm.end();
    }

    private static void letsGo(GoldenWorld calm, SimulatedNode node, String reason) {
        for (int i = 0; i < ENTRIES; i++) {
            put(calm, OTHER, LARGE + i);
        }
        calm.until("its log is small", () -> {
            put(calm, OTHER, "small");
            return node.node().wal().stats().segments() <= SEGMENTS_MAX;
        });
        assertThat(calm.member(node.number()).damagedShards()).containsOnlyKeys(SHARD);

        node.crash(false);
        node.start();
        calm.until("it is ready", () -> node.node().notReady().isEmpty());
        assertThat(node.node().wal().recovery().damaged()).containsOnlyKeys(SHARD);
        assertThat(node.node().wal().recovery().damaged().get(SHARD)).contains(reason);
        assertThat(calm.member(node.number()).host().find(OTHER)).isPresent();
    }

    private static void put(GoldenWorld calm, ShardId shard, String value) {
        assertThat(calm.call(calm.leaderOf(shard), shard, GoldenScenario.put("key", value, 0, Optional.empty())))
                .isInstanceOf(ShardAnswer.Written.class);
    }
}
