package io.concordkv.bench.log;

import io.concordkv.wal.Wal;
import io.concordkv.wal.WalOptions;
import io.concordkv.wal.WalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/// What one frame of a log costs without a disk: calls of one record of 256 bytes each from `enqueue` until they
/// are durable, groups compacted and segments rotated on the way.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LogWriting {
    private static final int GROUPS = 64;
    private static final int COMPACT_EVERY_FRAMES = 1024;

    @Param({"1", "16", "128"})
    int records = 1;

    private final Groups groups = new Groups(GROUPS);
    private final Wal wal = opened(groups);
    private long frames;

    private static Wal opened(Groups groups) {
        try {
            WalOptions options = WalOptions.small().withSegmentBytes(64 << 20);
            Wal wal = Wal.open(BlockDisk.forgetting(), "wal", options, new SplittableRandom(1));
            groups.create(wal);
            return wal;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Benchmark
    public long frame() throws IOException {
        for (int i = 0; i < records; i++) {
            wal.enqueue(List.of(groups.next()));
        }
        if (++frames % COMPACT_EVERY_FRAMES == 0) {
            groups.compactAll(wal);
        }
        wal.writeQueued();
        long durable = wal.syncWritten();
        wal.housekeep();
        return durable;
    }

    /// Of that, what the callers allocate before they call.
    @Benchmark
    public void callers(Blackhole hole) {
        for (int i = 0; i < records; i++) {
            hole.consume(List.<WalRecord>of(groups.next()));
        }
    }
}
