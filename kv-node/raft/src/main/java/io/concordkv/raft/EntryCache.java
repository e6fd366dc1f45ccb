package io.concordkv.raft;

import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The newest entries of a log in memory: a ring that always ends with the last entry. Its start moves
/// up when entries that nobody needs from memory are evicted.
final class EntryCache {
    private @Nullable LogEntry[] ring = new LogEntry[8];
    private long first;
    private int size;
    private long bytes;

    // The last batch handed out or taken in: both followers and the WAL get the same list.
    private List<LogEntry> batch = List.of();

    EntryCache(long nextIndex) {
        first = nextIndex;
    }

    long first() {
        return first;
    }

    long bytes() {
        return bytes;
    }

    boolean contains(long index) {
        return index >= first && index < first + size;
    }

    LogEntry get(long index) {
        Invariant.check(contains(index), "entry is not in memory");
        return Objects.requireNonNull(ring[slot(index)]);
    }

    void append(List<LogEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (size == ring.length) {
                grow();
            }
            ring[slot(first + size)] = entry;
            size++;
            bytes += entry.bytes();
        }
        batch = entries;
    }

    void truncateAfter(long lastKept) {
        while (size > 0 && first + size - 1 > lastKept) {
            drop(first + size - 1);
            size--;
        }
        if (size == 0) {
            first = lastKept + 1;
        }
        batch = List.of();
    }

    /// Drops entries from the front, up to `limit` at most, while more than `bytesMax` are held.
    void evict(long limit, long bytesMax) {
        while (size > 0 && bytes > bytesMax && first <= limit) {
            drop(first);
            first++;
            size--;
        }
    }

    /// Empties the cache; the next entry will be `nextIndex`.
    void reset(long nextIndex) {
        Arrays.fill(ring, null);
        first = nextIndex;
        size = 0;
        bytes = 0;
        batch = List.of();
    }

    /// Entries from `from` to `to`, as many as fit `bytesMax`, one at least; empty when `from` is not held.
    List<LogEntry> slice(long from, long to, long bytesMax) {
        if (!contains(from) || to < from) {
            return List.of();
        }
        long end = Math.min(to, first + size - 1);
        long sum = get(from).bytes();
        int count = 1;
        while (from + count <= end) {
            sum += get(from + count).bytes();
            if (sum > bytesMax) {
                break;
            }
            count++;
        }
        if (batch.size() != count || batch.get(0) != get(from)) {
            var copy = new LogEntry[count];
            for (int i = 0; i < count; i++) {
                copy[i] = get(from + i);
            }
            batch = Collections.unmodifiableList(Arrays.asList(copy));
        }
        return batch;
    }

    private int slot(long index) {
        return (int) index & (ring.length - 1);
    }

    private void drop(long index) {
        bytes -= get(index).bytes();
        ring[slot(index)] = null;
    }

    private void grow() {
        @Nullable LogEntry[] larger = new LogEntry[ring.length * 2];
        for (long index = first; index < first + size; index++) {
            larger[(int) index & (larger.length - 1)] = ring[slot(index)];
        }
        ring = larger;
    }
}
