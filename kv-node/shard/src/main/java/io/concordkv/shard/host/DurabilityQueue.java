package io.concordkv.shard.host;

import io.concordkv.shard.port.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What waits for the WAL: callbacks in order of their sequence. The WAL thread calls [#advanced] once
/// a sync, which wakes the loop once.
final class DurabilityQueue {
    private record Waiting(long sequence, Runnable action) {}

    private final Loop loop;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final AtomicLong synced = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private long durable;

    DurabilityQueue(Loop loop, long durable) {
        this.loop = loop;
        this.durable = durable;
        this.synced.set(durable);
    }

    /// The highest sequence this loop knows to be durable.
    long durable() {
        return durable;
    }

    /// From the thread that pumps the WAL.
    void advanced(long sequence) {
        synced.accumulateAndGet(sequence, Math::max);
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        scheduled.set(false);
        durable = Math.max(durable, synced.get());
        while (!waiting.isEmpty() && waiting.peekFirst().sequence <= durable) {
            waiting.removeFirst().action.run();
        }
    }

    /// Sequences come in order, as the WAL gives them.
    void whenDurable(long sequence, Runnable action) {
        waiting.addLast(new Waiting(sequence, action));
        if (sequence <= durable && scheduled.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }
}
