package io.concordkv.engine.memory;

import java.util.Arrays;

/// Blocks that the tree no longer reaches but an open view may. Kept in the order of the writes that
/// retired them: a view sees a block only if it was opened before that write, so all blocks up to the
/// oldest open view can go. Without open views blocks go at once. Used under the engine's write lock.
final class Retired {
    static final long NO_VIEW = -1;

    private final Slabs slabs;
    private long newestView = NO_VIEW;
    private long oldestView = NO_VIEW;
    /// Ring of (low half of the write's number, reference); views live less than 2³⁰ writes.
    private long[] ring = new long[8];

    private int head;
    private int size;
    private long bytes;

    Retired(Slabs slabs) {
        this.slabs = slabs;
    }

    /// Tells which writes the open views stand at; [#NO_VIEW] for both when there is none.
    void setViews(long oldest, long newest) {
        oldestView = oldest;
        newestView = newest;
    }

    /// Number of the write the newest open view stands at, or [#NO_VIEW]. What was created by a later
    /// write is seen by no view and may be changed in place.
    long newestView() {
        return newestView;
    }

    /// Bytes waiting for views to close.
    long bytes() {
        return bytes;
    }

    void retire(int ref, long write) {
        if (newestView == NO_VIEW) {
            slabs.free(ref);
            return;
        }
        if (size == ring.length) {
            long[] larger = new long[size * 2];
            int tail = size - head;
            System.arraycopy(ring, head, larger, 0, tail);
            System.arraycopy(ring, 0, larger, tail, head);
            ring = larger;
            head = 0;
        }
        ring[(head + size++) & (ring.length - 1)] = write << 32 | ref & 0xffff_ffffL;
        bytes += slabs.blockBytes(ref);
    }

    /// Whether the oldest block could go.
    boolean hasReleasable() {
        return size > 0 && (newestView == NO_VIEW || (int) (ring[head] >>> 32) - (int) oldestView <= 0);
    }

    /// Frees blocks that no view sees, at most so many.
    void release(int blocksMax) {
        for (int i = 0; i < blocksMax && hasReleasable(); i++) {
            int ref = (int) ring[head];
            head = (head + 1) & (ring.length - 1);
            size--;
            bytes -= slabs.blockBytes(ref);
            slabs.free(ref);
        }
        if (size == 0 && ring.length > 1 << 12) {
            ring = Arrays.copyOf(ring, 64);
            head = 0;
        }
    }
}
