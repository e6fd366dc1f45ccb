package io.concordkv.engine;

import java.util.concurrent.atomic.AtomicLong;

/// The ledger of off-heap bytes that a group of engines owns, and its upper bound. One a node, shared by
/// all its engines. Thread-safe.
public final class MemoryBudget {
    private final long bytesMax;
    private final AtomicLong reserved = new AtomicLong();

    public MemoryBudget(long bytesMax) {
        if (bytesMax < 0) {
            throw new IllegalArgumentException("negative memory budget: " + bytesMax);
        }
        this.bytesMax = bytesMax;
    }

    public static MemoryBudget unbounded() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /// Books bytes when they fit.
    ///
    /// @return false when they do not; nothing was booked
    public boolean tryReserve(long bytes) {
        long now = reserved.get();
        while (bytes <= bytesMax - now) {
            if (reserved.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = reserved.get();
        }
        return false;
    }

    /// Books bytes even beyond the bound: for what must go on once a batch has been accepted, and for deletes.
    public void reserve(long bytes) {
        reserved.addAndGet(bytes);
    }

    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /// Bytes owned now.
    public long reserved() {
        return reserved.get();
    }

    /// Bytes left, never negative.
    public long free() {
        return Math.max(0, bytesMax - reserved.get());
    }

    public long bytesMax() {
        return bytesMax;
    }
}
