package io.concordkv.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Writes every key once before measuring. State belongs to the event loop.
final class Fill {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int ERRORS_MAX = 1_000;

    private final EventLoop loop;
    private final Target target;
    private final Workload workload;
    private final Workload.Kind kind;
    private int left;
    private int underWay;
    private int errors;

    private Fill(EventLoop loop, Target target, Workload workload, Workload.Kind kind, int requests) {
        this.loop = loop;
        this.target = target;
        this.workload = workload;
        this.kind = kind;
        this.left = requests;
    }

    /// @param workload gives each key once
    /// @param requests how many are sent
    /// @throws IOException when too many are refused
    static void run(EventLoop loop, Target target, Workload workload, Workload.Kind kind, int clients, int requests)
            throws IOException {
        target.open(clients);
        Fill fill = new Fill(loop, target, workload, kind, requests);
        loop.run(() -> {
            for (int client = 0; client < clients; client++) {
                fill.next(client);
            }
        });
        while (loop.ask(() -> fill.left > 0 || fill.underWay > 0)) {
            if (loop.ask(() -> fill.errors) > ERRORS_MAX) {
                throw new IOException("filling failed: more than " + ERRORS_MAX + " requests were refused");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void next(int client) {
        if (left == 0 || errors > ERRORS_MAX) {
            return;
        }
        left--;
        underWay++;
        target.issue(client, kind, workload, succeeded -> {
            underWay--;
            if (succeeded) {
                next(client);
            } else {
                // These keys stay unwritten; a get of them counts as an error later and shows.
                errors++;
                loop.later(PAUSE_NANOS, () -> next(client));
            }
        });
    }
}
