package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ShardId;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.replica.Replica;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// When a node that was started again calls itself ready.
class ReadyAgainTest {
    private static final ShardId SHARD = new ShardId(1);
    private static final int ENTRIES = 50;

    private static GoldenWorld calm(long seed) {
        return GoldenWorld.founded(seed, (from, to, use, frame) -> {});
    }

    @Test
    void aNodeWhoseSnapshotsHoldAllThereIsBecomesReadyWithoutAnyWrite() {
        GoldenWorld calm = calm(81);
        int node = calm.leaderOf(SHARD) % 3 + 1;
        for (Replica replica : calm.member(node).host().replicas()) {
            calm.on(node, replica::releaseLog);
            calm.until(
                    "the snapshot is taken",
                    () -> replica.snapshots().position().index()
                            == replica.core().lastIndex());
        }

        calm.world().node(node).crash(false);
        calm.world().node(node).start();
        calm.untilCalm();
        calm.end();
    }

    @Test
    void aNodeThatMissedWritesIsNotReadyBeforeItHasThem() {
        missed(82, false);
    }

    @Test
    void aNodeThatNeedsASnapshotIsNotReadyBeforeItHasIt() {
        missed(83, true);
    }

    private static void missed(long seed, boolean snapshot) {
        GoldenWorld calm = calm(seed);
        int leader = calm.leaderOf(SHARD);
        int node = leader % 3 + 1;
        calm.world().node(node).crash(false);
        for (int i = 0; i < ENTRIES; i++) {
            byte[] key = ("k" + i).getBytes(StandardCharsets.UTF_8);
            KvCommand.Body put = new KvCommand.Single(new Operation.Put(key, new byte[200_000], 0), Optional.empty());
            calm.call(leader, SHARD, new ShardCall.Write(put, Optional.empty()));
        }
        if (snapshot) {
            Replica replica = calm.replica(leader, SHARD);
            calm.on(leader, replica::releaseLog);
            calm.until("the snapshot is taken", () -> replica.snapshots().taken() > 0);
        }
        long committed = calm.replica(leader, SHARD).core().commitIndex();

        calm.world().node(node).start();
        calm.until(
                "it is ready", () -> calm.world().node(node).node().notReady().isEmpty());
        assertThat(calm.replica(node, SHARD).machine().applied().index()).isGreaterThanOrEqualTo(committed);
        calm.end();
    }
}
