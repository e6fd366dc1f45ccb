package io.concordkv.bench.log;

import io.concordkv.disk.Disk;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalOptions;
import io.concordkv.wal.WalStats;
import io.concordkv.wal.WalThread;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A log with its own thread and appenders that have the records of the next frame ready before the one under
/// way is durable, and no more. Groups compact what is a segment old, so that segments are recycled.
final class LogLoad implements AutoCloseable {
    static final WalOptions OPTIONS = WalOptions.defaults().withBallastBytes(0);
    private static final int GROUPS = 64;
    private static final long COMPACT_EVERY_BYTES = 32L << 20;
    private static final long PARK_NANOS = 10_000_000;
    private static final long RAMP_NANOS = 50_000_000;

    private final Wal wal;
    private final Groups groups = new Groups(GROUPS);
    private long compactedAt;

    LogLoad(Disk disk) throws IOException {
        wal = Wal.open(disk, "wal", OPTIONS, new SplittableRandom(1));
        groups.create(wal);
        while (wal.writeQueued()) {
            wal.syncWritten();
        }
        while (wal.housekeep()) {
            // makes the reserves
        }
    }

    /// @param records of every frame
    Rate run(int records, long nanos) throws IOException, InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try (WalThread thread = new WalThread(wal, new MachineClock(), () -> 0, failure::set)) {
            thread.start();
            feed(records, RAMP_NANOS, failure);
            WalStats before = wal.stats();
            long start = System.nanoTime();
            long appended = feed(records, nanos, failure);
            WalStats after = wal.stats();
            long taken = System.nanoTime() - start;
            return new Rate(after.bytes() - before.bytes(), after.syncs() - before.syncs(), appended, taken);
        } finally {
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new IOException("the log failed", thrown);
            }
        }
    }

    /// Two frames' records are under way all the time: when one frame is durable, those of the next but one
    /// come. As in a node, whoever appends sleeps until its records are durable.
    private long feed(int records, long nanos, AtomicReference<@Nullable Throwable> failure) {
        Thread appender = Thread.currentThread();
        wal.onDurable(sequence -> LockSupport.unpark(appender));
        long start = System.nanoTime();
        long appended = 0;
        long previous = 0;
        while (System.nanoTime() - start < nanos) {
            long sequence = 0;
            for (int i = 0; i < records; i++) {
                sequence = wal.enqueue(List.of(groups.next()));
            }
            appended += records;
            if (wal.stats().bytes() - compactedAt > COMPACT_EVERY_BYTES) {
                compactedAt = wal.stats().bytes();
                groups.compactAll(wal);
            }
            while (wal.durableSequence() < previous && failure.get() == null) {
                LockSupport.parkNanos(appender, PARK_NANOS);
            }
            while (wal.hasQueued() && failure.get() == null) {
                Thread.onSpinWait(); // the thread is about to take them: not two frames' records into one
            }
            previous = sequence;
        }
        return appended;
    }

    @Override
    public void close() throws IOException {
        wal.close();
    }
}
