package io.concordkv.operator.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts what the operator writes, to Kubernetes and to nodes, and can end its life after the n-th
/// write: from then on nothing it sends arrives.
public final class Gate {
    private final List<String> writes = new ArrayList<>();
    private int left = Integer.MAX_VALUE;
    private @Nullable String awaited;
    private Runnable before = () -> {};
    private @Nullable String failsAt;

    public synchronized void dieAfter(int count) {
        left = count;
    }

    /// Does something just before the next write of this kind is sent: what the operator has decided
    /// is old then.
    ///
    /// @param end of the path that is written
    public synchronized void beforeNext(String end, Runnable action) {
        awaited = end;
        before = action;
    }

    /// From now on the API server fails at writes of this path; null = at none.
    ///
    /// @param end of the path
    public synchronized void failAt(@Nullable String end) {
        failsAt = end;
    }

    synchronized boolean fails(String path) {
        return failsAt != null && path.endsWith(failsAt);
    }

    /// @return whether the write may happen
    public synchronized boolean write(String what) {
        if (left <= 0) {
            return false;
        }
        if (awaited != null && what.endsWith(awaited)) {
            awaited = null;
            before.run();
        }
        writes.add(what);
        left--;
        return true;
    }

    public synchronized boolean isDead() {
        return left <= 0;
    }

    public synchronized List<String> writes() {
        return List.copyOf(writes);
    }
}
