package io.concordkv.bench.log;

import io.concordkv.disk.Disk;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalOptions;
import io.concordkv.wal.WalRecord;
import io.concordkv.wal.WalStats;
import io.concordkv.wal.WalThread;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A log with its own threads. When a frame is handed to its file, the records of the next one are appended in one
/// call, on the log's thread: so that the writer never waits for another thread. What appending costs counts as the
/// log's. Groups compact what is half a segment old, so
/// that segments are recycled.
final class LogLoad implements AutoCloseable {
    static final WalOptions OPTIONS = WalOptions.defaults().withBallastBytes(0);
    private static final int GROUPS = 64;
    private static final long COMPACT_EVERY_BYTES = 32L << 20;
    private static final long RAMP_NANOS = 50_000_000;

    private final Wal wal;
    private final Groups groups = new Groups(GROUPS);
    private long compactedAt;
    /// Of every frame; 0 before and between the runs.
    private volatile int records;

    LogLoad(Disk disk) throws IOException {
        try (Wal first = Wal.open(disk, "wal", OPTIONS, new SplittableRandom(1))) {
            makeReserves(first); // of which the next start takes its segment, as in a node that ran before
        }
        Disk watched = new BlockDisk(disk, (file, from, position) -> {
            beforeWrite();
            file.write(from, position);
        });
        wal = Wal.open(watched, "wal", OPTIONS, new SplittableRandom(1));
        groups.create(wal);
        while (wal.writeQueued()) {
            wal.syncWritten();
        }
        makeReserves(wal);
    }

    private static void makeReserves(Wal wal) throws IOException {
        while (wal.housekeep()) {
            // one slice after the other
        }
    }

    /// @param records of every frame
    Rate run(int records, long nanos) throws IOException, InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        this.records = records;
        append(records);
        try (WalThread thread = new WalThread(wal, new MachineClock(), () -> 0, failure::set)) {
            thread.start();
            TimeUnit.NANOSECONDS.sleep(RAMP_NANOS);
            WalStats before = wal.stats();
            long start = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(nanos);
            WalStats after = wal.stats();
            long taken = System.nanoTime() - start;
            this.records = 0;
            return new Rate(
                    after.bytes() - before.bytes(),
                    after.syncs() - before.syncs(),
                    after.records() - before.records(),
                    taken);
        } finally {
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new IOException("the log failed", thrown);
            }
        }
    }

    private void beforeWrite() {
        int count = records;
        if (count > 0 && wal.queuedRecords() == 0) {
            append(count);
        }
    }

    private void append(int count) {
        WalRecord[] call = new WalRecord[count];
        Arrays.setAll(call, i -> groups.next());
        wal.enqueue(List.of(call));
        WalStats stats = wal.stats();
        if (stats.bytes() - compactedAt > COMPACT_EVERY_BYTES) {
            compactedAt = stats.bytes();
            groups.compactAll(wal);
        }
    }

    @Override
    public void close() throws IOException {
        wal.close();
    }
}
