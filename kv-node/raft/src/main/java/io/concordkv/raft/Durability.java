package io.concordkv.raft;

import io.concordkv.base.Flaw;
import java.util.Arrays;

/// How much of the log is durable while several writes of it are under way.
///
/// A truncation lowers what every write under way may still prove: an entry that was overwritten never
/// counts as durable through the write that carried it, even when an equal one is appended later.
final class Durability {
    private long[] ids = new long[4];
    private long[] lasts = new long[4];
    private int head;
    private int size;
    private long durableIndex;
    private long durableId;

    Durability(long durableIndex) {
        this.durableIndex = durableIndex;
    }

    /// Everything up to here is durable as it stands in the log now.
    long durableIndex() {
        return durableIndex;
    }

    /// Everything up to this persist is durable.
    long durableId() {
        return durableId;
    }

    /// A write with entries up to `lastIndex` was handed over.
    void issued(long persistId, long lastIndex) {
        if (size == ids.length) {
            grow();
        }
        int tail = (head + size) & (ids.length - 1);
        ids[tail] = persistId;
        lasts[tail] = lastIndex;
        size++;
    }

    void persisted(long persistId) {
        durableId = Math.max(durableId, persistId);
        while (size > 0 && ids[head] <= persistId) {
            durableIndex = Math.max(durableIndex, lasts[head]);
            head = (head + 1) & (ids.length - 1);
            size--;
        }
    }

    void truncateAfter(long lastKept) {
        if (Flaw.OVERWRITTEN_ENTRY_COUNTED_DURABLE.isOn()) {
            durableIndex = Math.min(durableIndex, lastKept);
            return;
        }
        durableIndex = Math.min(durableIndex, lastKept);
        for (int i = 0; i < size; i++) {
            int at = (head + i) & (ids.length - 1);
            lasts[at] = Math.min(lasts[at], lastKept);
        }
    }

    /// A snapshot covers everything up to `index`.
    void coveredTo(long index) {
        durableIndex = Math.max(durableIndex, index);
    }

    private void grow() {
        int length = ids.length;
        var largerIds = Arrays.copyOf(ids, length * 2);
        var largerLasts = Arrays.copyOf(lasts, length * 2);
        for (int i = 0; i < size; i++) {
            largerIds[i] = ids[(head + i) & (length - 1)];
            largerLasts[i] = lasts[(head + i) & (length - 1)];
        }
        ids = largerIds;
        lasts = largerLasts;
        head = 0;
    }
}
