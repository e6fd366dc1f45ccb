package io.concordkv.wal;

import io.concordkv.base.Clock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// The pump of a process: one platform thread that writes, syncs and tidies. The next sync starts when
/// the last returned and one holds (DESIGN §4): fewer than [#CALLS_FEW] calls in flight on the node,
/// [#BYTES_ENOUGH] bytes or [#RECORDS_ENOUGH] records queued, or [#PAUSE_NANOS] since the last start.
/// Alone a write never waits; under load syncs come at most about a thousand a second. When that much is queued
/// while a sync is in flight, a second thread encodes it, so that the device need not wait for the processor.
public final class WalThread implements AutoCloseable {
    static final int CALLS_FEW = 8;
    static final long BYTES_ENOUGH = 64 << 10;
    static final int RECORDS_ENOUGH = 64;
    static final long PAUSE_NANOS = 1_000_000;
    private static final long SLICE_PAUSE_NANOS = 20_000_000;
    private static final long LOADED_SLICE_PAUSE_NANOS = 100_000_000;
    private static final int LATENCY_CLASSES = 40;
    private static final long SPACE_CHECK_NANOS = 1_000_000_000L;

    private final Wal wal;
    private final Clock clock;
    private final IntSupplier callsInFlight;
    private final Consumer<Throwable> onFatal;
    private final Thread thread;
    private final Thread helper;
    private volatile @Nullable Throwable helperFailure;
    /// Syncs by latency, the write before included: class i counts those of less than 2^i µs that no lower class
    /// counts.
    private final AtomicLongArray latencies = new AtomicLongArray(LATENCY_CLASSES);
    private volatile Waiting waiting = Waiting.NO;
    private volatile boolean stopping;
    private volatile long syncStartedNanos;
    private long lastStart;
    private long lastSpaceCheck;
    private long lastSlice;
    private boolean moreSlices = true;

    /// What would end the thread's sleep.
    private enum Waiting {
        NO,
        FOR_ANYTHING,
        FOR_ENOUGH,
        /// For the device; what ends is the helper's sleep.
        FOR_SYNC
    }

    /// @param callsInFlight calls on this node that have no answer yet; asked on this thread
    /// @param onFatal       takes the failure that ended the log; must end the process (SAFETY L4)
    public WalThread(Wal wal, Clock clock, IntSupplier callsInFlight, Consumer<Throwable> onFatal) {
        this.wal = wal;
        this.clock = clock;
        this.callsInFlight = callsInFlight;
        this.onFatal = onFatal;
        this.thread = Thread.ofPlatform().name("wal").daemon(true).unstarted(this::run);
        this.helper = Thread.ofPlatform().name("wal-ahead").daemon(true).unstarted(this::help);
    }

    public void start() {
        lastStart = clock.nanos() - PAUSE_NANOS;
        lastSpaceCheck = clock.nanos() - SPACE_CHECK_NANOS;
        lastSlice = lastStart;
        wal.onQueued(this::wake);
        helper.start();
        thread.start();
    }

    /// When the write and sync in flight began, by the clock's nanoseconds; 0 when none is. One of more than
    /// 2 s takes the node out of its groups' frames (SAFETY R9).
    public long syncStartedNanos() {
        return syncStartedNanos;
    }

    /// Upper bound in microseconds (a power of two) of the latency that `percent` of all syncs since the
    /// start kept, each with the writing of its batch; 0 when there was none.
    public long syncMicros(double percent) {
        long total = 0;
        for (int i = 0; i < LATENCY_CLASSES; i++) {
            total += latencies.get(i);
        }
        long wanted = (long) Math.ceil(total * percent / 100);
        long seen = 0;
        for (int i = 0; i < LATENCY_CLASSES && total > 0; i++) {
            seen += latencies.get(i);
            if (seen >= wanted) {
                return 1L << i;
            }
        }
        return 0;
    }

    private void wake() {
        Waiting now = waiting;
        if (now == Waiting.FOR_ANYTHING || (now == Waiting.FOR_ENOUGH && isEnough())) {
            waiting = Waiting.NO;
            LockSupport.unpark(thread);
        } else if (now == Waiting.FOR_SYNC && isEnough()) {
            waiting = Waiting.NO;
            LockSupport.unpark(helper);
        }
    }

    private void help() {
        try {
            while (!stopping) {
                LockSupport.park(this);
                wal.encodeAhead();
            }
        } catch (RuntimeException | Error e) {
            helperFailure = e;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try {
            while (!stopping) {
                turn();
            }
            // What was accepted before the stop is written.
            while (wal.writeQueued()) {
                wal.syncWritten();
            }
        } catch (IOException | RuntimeException | Error e) {
            onFatal.accept(e);
        }
    }

    private void turn() throws IOException {
        Throwable failure = helperFailure;
        if (failure != null) {
            throw new IllegalStateException("encoding a frame of the write-ahead log failed", failure);
        }
        long now = clock.nanos();
        if (now - lastSpaceCheck >= SPACE_CHECK_NANOS) {
            lastSpaceCheck = now;
            wal.checkSpace();
            moreSlices = true;
        }
        if (!wal.hasQueued()) {
            idle(now);
            return;
        }
        long wait = lastStart + PAUSE_NANOS - now;
        if (wait > 0 && callsInFlight.getAsInt() >= CALLS_FEW && !isEnough() && !wal.isHolding()) {
            park(Waiting.FOR_ENOUGH, wait);
            return;
        }
        lastStart = now;
        // With direct I/O the write waits for the device, too.
        syncStartedNanos = now == 0 ? 1 : now;
        if (wal.encodeQueued()) {
            waiting = Waiting.FOR_SYNC;
            // Looked at again: what came before `waiting` was set did not wake the helper.
            if (isEnough()) {
                waiting = Waiting.NO;
                LockSupport.unpark(helper);
            }
            wal.writeEncoded();
            wal.syncWritten();
            waiting = Waiting.NO;
        }
        syncStartedNanos = 0;
        long micros = Math.max(0, (clock.nanos() - now) / 1_000);
        latencies.incrementAndGet(Math.min(LATENCY_CLASSES - 1, 64 - Long.numberOfLeadingZeros(micros)));
        if (moreSlices && now - lastSlice >= LOADED_SLICE_PAUSE_NANOS) {
            moreSlices = wal.housekeep();
            lastSlice = now;
        } else {
            wal.housekeepUnderLoad();
        }
    }

    /// Slices of tidying keep a distance, so that a frame that comes now waits for one at most.
    private void idle(long now) throws IOException {
        if (moreSlices && now - lastSlice >= SLICE_PAUSE_NANOS) {
            moreSlices = wal.housekeep();
            lastSlice = clock.nanos();
        } else {
            park(Waiting.FOR_ANYTHING, moreSlices ? SLICE_PAUSE_NANOS : SPACE_CHECK_NANOS);
        }
    }

    private boolean isEnough() {
        return wal.queuedBytes() >= BYTES_ENOUGH || wal.queuedRecords() >= RECORDS_ENOUGH;
    }

    private void park(Waiting what, long nanos) {
        waiting = what;
        // Looked at again: what came before `waiting` was set did not wake anybody.
        boolean ready = what == Waiting.FOR_ANYTHING ? wal.hasQueued() : isEnough();
        if (!stopping && !ready) {
            LockSupport.parkNanos(this, nanos);
        }
        waiting = Waiting.NO;
    }

    /// Writes and syncs what is queued, then ends the thread. Does not close the log.
    @Override
    public void close() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        LockSupport.unpark(helper);
        for (Thread each : List.of(thread, helper)) {
            if (each.isAlive() && Thread.currentThread() != each) {
                each.join();
            }
        }
    }
}
