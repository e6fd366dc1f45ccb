package io.concordkv.simulation.world;

import io.concordkv.base.ShardId;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A log that a start must read stays short whoever writes.
class ShortLogTest {
    private static final ShardId BUSY = new ShardId(1);
    private static final int WRITES = 80;
    private static final int SEGMENTS = 4;

    @Test
    void groupsThatHardlyWriteDoNotHoldWhatABusyOneWrote() {
        GoldenWorld calm = GoldenWorld.founded(91, (from, to, use, frame) -> {});
        byte[] key = "key".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < WRITES; i++) {
            KvCommand.Body put = new KvCommand.Single(new Operation.Put(key, new byte[50_000], 0), Optional.empty());
            calm.call(1, BUSY, new ShardCall.Write(put, Optional.empty()));
        }
        for (int node = 1; node <= 3; node++) {
            var wal = calm.member(node).host().wal();
            calm.until("the log is short", () -> wal.stats().segments() <= SEGMENTS);
        }
        calm.end();
    }
}
