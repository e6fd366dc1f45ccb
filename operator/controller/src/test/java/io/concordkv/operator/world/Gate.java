package io.concordkv.operator.world;

import java.util.ArrayList;
import java.util.List;

/// Counts what the operator writes, to Kubernetes and to nodes, and can end its life after the n-th
/// write: from then on nothing it sends arrives.
public final class Gate {
    private final List<String> writes = new ArrayList<>();
    private int left = Integer.MAX_VALUE;

    public synchronized void dieAfter(int count) {
        left = count;
    }

    /// @return whether the write may happen
    public synchronized boolean write(String what) {
        if (left <= 0) {
            return false;
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
