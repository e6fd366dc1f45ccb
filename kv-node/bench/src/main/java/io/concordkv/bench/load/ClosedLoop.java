package io.concordkv.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Clients that each send their next operation when the last one is answered. All state belongs to the
/// event loop; the calling thread only looks through [EventLoop#ask].
final class ClosedLoop {
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LATENCY_MICROS_MAX = TimeUnit.MINUTES.toMicros(1);
    /// After an error a client waits a little, so that a refusing node is not hammered.
    private static final long ERROR_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final EventLoop loop;
    private final Target target;
    private final Workload workload;
    private final Workload.Kind kind;
    private Histogram latencies = new Histogram(LATENCY_MICROS_MAX, 3);
    private long done;
    private long errors;
    private boolean stopped;
    private int underWay;

    private ClosedLoop(EventLoop loop, Target target, Workload workload, Workload.Kind kind) {
        this.loop = loop;
        this.target = target;
        this.workload = workload;
        this.kind = kind;
    }

    private record Counts(long done, long errors, Histogram latencies) {}

    /// Measures `seconds` after a warm-up of one; closes the target.
    static RowResult measure(
            EventLoop loop,
            Target target,
            Workload workload,
            Row row,
            int seconds,
            List<Long> serverPids,
            AllocationClock allocation)
            throws IOException {
        try (target) {
            target.open(row.clients());
            ClosedLoop clients = new ClosedLoop(loop, target, workload, row.kind());
            clients.start(row.clients());
            pause(WARM_UP_NANOS);
            loop.ask(clients::reset);
            long allocatedBefore = allocation.bytes();
            CpuClock.Reading before = CpuClock.read(serverPids);
            pause(TimeUnit.SECONDS.toNanos(seconds));
            Counts counts = loop.ask(clients::counts);
            CpuClock.Reading used = CpuClock.read(serverPids).since(before);
            long allocated = allocatedBefore < 0 ? -1 : allocation.bytes() - allocatedBefore;
            clients.stop();
            long factor = row.kind() == Workload.Kind.BATCH ? Workload.BATCH_PUTS : 1;
            return new RowResult(row, counts.done() * factor, counts.errors(), counts.latencies(), used, allocated);
        }
    }

    private void start(int clients) {
        loop.run(() -> {
            for (int client = 0; client < clients; client++) {
                next(client);
            }
        });
    }

    private void next(int client) {
        if (stopped) {
            return;
        }
        underWay++;
        long sentNanos = System.nanoTime();
        target.issue(client, kind, workload, succeeded -> {
            underWay--;
            if (succeeded) {
                done++;
                long micros = (System.nanoTime() - sentNanos) / 1_000;
                latencies.recordValue(Math.min(micros, LATENCY_MICROS_MAX));
                next(client);
            } else {
                errors++;
                loop.later(ERROR_PAUSE_NANOS, () -> next(client));
            }
        });
    }

    private boolean reset() {
        latencies = new Histogram(LATENCY_MICROS_MAX, 3);
        done = 0;
        errors = 0;
        return true;
    }

    private Counts counts() {
        return new Counts(done, errors, latencies.copy());
    }

    /// Lets what is under way finish, so that the next row begins in silence.
    private void stop() throws IOException {
        loop.ask(() -> stopped = true);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (loop.ask(() -> underWay) > 0 && System.nanoTime() < deadline) {
            pause(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static void pause(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
