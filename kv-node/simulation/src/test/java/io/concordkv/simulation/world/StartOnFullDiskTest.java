package io.concordkv.simulation.world;

import static io.concordkv.simulation.world.GoldenScenario.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.replica.ShardRefusal;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A node is started again on a full disk after all that its log held for that is spent (SAFETY L8).
class StartOnFullDiskTest {
    private static final long VOLUME = 64 << 20;
    private static final String LARGE = "x".repeat(16 << 10);
    private static final byte[] KEY = bytes("key");

    @Test
    void itStartsServesReadsRefusesPutsAndRecoversWhenThereIsRoom() throws IOException {
        GoldenWorld calm = GoldenWorld.onDisksThatMayFill(12);
        ShardId shard = calm.shardOf("default", KEY);
        int full = calm.leaderOf(shard) % 3 + 1;
        SimulatedNode node = calm.world().node(full);
        node.crash(false);
        node.disk().setCapacity(VOLUME);
        node.start();
        calm.untilCalm();
        int leader = calm.leaderOf(shard);
        fillUp(node.disk());
        int puts = 0;
        while (!calm.member(full).host().isStorageExhausted()) {
            put(calm, leader, shard, LARGE + puts++);
        }
        assertThat(node.disk().exists("wal/last-reserve")).isFalse();

        for (int start = 0; start < 3; start++) {
            node.crash(start > 0);
            node.start();
            assertThat(node.isUp()).isTrue();
            calm.pass(3_000_000_000L);
            assertThat(calm.member(full).host().isStorageExhausted()).isTrue();
        }
        assertThat(calm.member(full).damagedShards()).isEmpty();
        assertThat(calm.call(full, shard, new ShardCall.Get(KEY)).toString()).contains("revision");
        put(calm, leader, shard, "by the others");

        // A majority is full: nothing more is taken, but read.
        int second = 6 - full - leader;
        fillUp(calm.world().node(second).disk());
        calm.until("puts are refused", () -> isStorageFull(write(calm, leader, shard, LARGE)));
        assertThat(calm.call(leader, shard, new ShardCall.Get(KEY)).toString()).contains("revision");

        for (int each : new int[] {full, second}) {
            calm.world().node(each).disk().delete("hog");
        }
        calm.until(
                "puts are taken",
                () -> write(calm, calm.leaderOf(shard), shard, "after") instanceof ShardAnswer.Written);
        calm.untilCalm();
        calm.end();
    }

    /// Another user of the volume takes all that is left.
    private static void fillUp(SimulatedDisk disk) throws IOException {
        disk.setCapacity(Math.min(VOLUME, disk.totalBytes()));
        try (DiskFile file = disk.create("hog")) {
            file.truncate(disk.freeBytes());
            file.sync();
        }
        disk.syncDirectory("");
    }

    private static boolean isStorageFull(ShardAnswer answer) {
        return answer instanceof ShardAnswer.Refused refused && refused.refusal() instanceof ShardRefusal.StorageFull;
    }

    private static ShardAnswer write(GoldenWorld calm, int node, ShardId shard, String value) {
        return calm.call(node, shard, GoldenScenario.put("key", value, 0, Optional.empty()));
    }

    private static void put(GoldenWorld calm, int node, ShardId shard, String value) {
        assertThat(write(calm, node, shard, value)).isInstanceOf(ShardAnswer.Written.class);
    }
}
