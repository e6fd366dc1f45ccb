package io.concordkv.engine.memory;

import io.concordkv.engine.EngineLimits;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/// The open views, from the oldest to the newest, and the limits that end them. The list changes under
/// the engine's write lock; a close that does not get the lock at once leaves the view to the next write.
final class Views {
    /// A write frees at most this many blocks that views kept, to stay short.
    static final int RELEASED_A_WRITE_MAX = 2_048;

    private static final int RELEASED_A_CLOSE_MAX = 64;
    /// The order of writes is kept in 32 bits while a view is open.
    private static final long WRITES_MAX = 1L << 30;

    private final StampedLock lock;
    private final Retired retired;
    private final EngineLimits limits;
    private final AtomicInteger abandoned = new AtomicInteger();
    private @Nullable View oldest;
    private @Nullable View newest;
    private int open;
    private long expired;

    Views(StampedLock lock, Retired retired, EngineLimits limits) {
        this.lock = lock;
        this.retired = retired;
        this.limits = limits;
    }

    int openCount() {
        return open;
    }

    long expiredCount() {
        return expired;
    }

    /// Under the write lock.
    void add(View view) {
        View last = newest;
        view.older = last;
        if (last == null) {
            oldest = view;
        } else {
            last.newer = view;
        }
        newest = view;
        open++;
        tellRetired();
    }

    /// From any thread, without the lock.
    void close(View view) {
        if (view.hasEnded()) {
            return;
        }
        view.end("it was closed");
        long stamp = lock.tryWriteLock();
        if (stamp == 0) {
            abandoned.incrementAndGet();
            return;
        }
        try {
            remove(view);
            retired.release(RELEASED_A_CLOSE_MAX);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /// Under the write lock, before a write: drops views that were left, expires those beyond the limits
    /// and frees some of what they kept.
    void tidy(long now, long write) {
        if (abandoned.get() > 0) {
            dropAbandoned();
        }
        for (View view = oldest; view != null; view = oldest) {
            if (now - view.openedAt > limits.viewAgeMax().toNanos()) {
                expire(view, "it is older than " + limits.viewAgeMax());
            } else if (write - view.write > WRITES_MAX) {
                expire(view, "more than " + WRITES_MAX + " writes came after it");
            } else {
                break;
            }
        }
        retired.release(RELEASED_A_WRITE_MAX);
        while (open > 0 && retired.bytes() > limits.viewBytesMax() && !retired.hasReleasable()) {
            expireOldest("views keep more than " + limits.viewBytesMax() + " bytes");
            retired.release(RELEASED_A_WRITE_MAX);
        }
    }

    /// Under the write lock: ends the oldest view, because its memory is needed.
    ///
    /// @return false when none is open
    boolean expireOldest(String reason) {
        View view = oldest;
        if (view == null) {
            return false;
        }
        expire(view, reason);
        return true;
    }

    /// Under the write lock.
    void endAll(String reason) {
        while (oldest != null) {
            expire(oldest, reason);
        }
    }

    private void expire(View view, String reason) {
        if (!view.hasEnded()) {
            view.end(reason);
            expired++;
        }
        remove(view);
    }

    /// Under the write lock: forgets views whose close did not get the lock.
    void dropAbandoned() {
        abandoned.set(0);
        View view = oldest;
        while (view != null) {
            View next = view.newer;
            if (view.hasEnded()) {
                remove(view);
            }
            view = next;
        }
    }

    private void remove(View view) {
        View before = view.older;
        View after = view.newer;
        if (before == null && oldest != view) {
            return; // another thread's tidying was faster
        }
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        view.older = null;
        view.newer = null;
        open--;
        tellRetired();
    }

    private void tellRetired() {
        View first = oldest;
        View last = newest;
        retired.setViews(first == null ? Retired.NO_VIEW : first.write, last == null ? Retired.NO_VIEW : last.write);
    }
}
