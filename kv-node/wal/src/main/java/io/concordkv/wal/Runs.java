package io.concordkv.wal;

import java.util.Arrays;

/// Where one group's live entries lie: runs of contiguous entries, one a record, ascending by index;
/// 28 bytes a run. After damage there may be holes between runs. Guarded by its owner, [LogState].
final class Runs {
    private long[] first = new long[4];
    private int[] count = new int[4];
    private int[] segment = new int[4];
    private int[] position = new int[4];
    private int[] bytes = new int[4];
    private int head;
    private int tail;
    private long bytesTotal;

    /// One run.
    ///
    /// @param first    index of the first entry
    /// @param count    entries
    /// @param segment  number of the segment
    /// @param position where the record begins, counted in payload bytes from the start of the segment
    /// @param bytes    of the record
    record Run(long first, int count, int segment, int position, int bytes) {
        long last() {
            return first + count - 1;
        }
    }

    void add(Run run) {
        if (tail == first.length) {
            makeRoom();
        }
        first[tail] = run.first;
        count[tail] = run.count;
        segment[tail] = run.segment;
        position[tail] = run.position;
        bytes[tail] = run.bytes;
        tail++;
        bytesTotal += run.bytes;
    }

    /// Forgets entries above `lastKept`. A run that is cut keeps its bytes, only its count shrinks.
    void truncate(long lastKept) {
        while (tail > head && first[tail - 1] > lastKept) {
            tail--;
            bytesTotal -= bytes[tail];
        }
        if (tail > head) {
            count[tail - 1] = (int) Math.min(count[tail - 1], lastKept - first[tail - 1] + 1);
        }
    }

    /// Forgets the runs that end at or below `index`.
    void compact(long index) {
        while (head < tail && first[head] + count[head] - 1 <= index) {
            bytesTotal -= bytes[head];
            head++;
        }
    }

    void clear() {
        head = 0;
        tail = 0;
        bytesTotal = 0;
    }

    long bytes() {
        return bytesTotal;
    }

    int size() {
        return tail - head;
    }

    Run get(int i) {
        int at = head + i;
        return new Run(first[at], count[at], segment[at], position[at], bytes[at]);
    }

    /// Place of the run that holds this index, or of the first one above it; [#size] when there is none.
    int find(long index) {
        int at = Arrays.binarySearch(first, head, tail, index);
        if (at < 0) {
            at = -at - 2;
            if (at < head || first[at] + count[at] <= index) {
                at++;
            }
        }
        return at - head;
    }

    /// Number of the segment of the oldest run; `Integer.MAX_VALUE` when there is none.
    int oldestSegment() {
        return head == tail ? Integer.MAX_VALUE : segment[head];
    }

    /// The first index in `from..to` that no run holds; −1 when all are held.
    long firstMissing(long from, long to) {
        long next = from;
        for (int i = find(from); i < size() && next <= to; i++) {
            int at = head + i;
            if (first[at] > next) {
                return next;
            }
            next = first[at] + count[at];
        }
        return next > to ? -1 : next;
    }

    private void makeRoom() {
        int size = tail - head;
        int capacity = head > first.length / 2 ? first.length : first.length * 2;
        first = Arrays.copyOf(Arrays.copyOfRange(first, head, tail), capacity);
        count = Arrays.copyOf(Arrays.copyOfRange(count, head, tail), capacity);
        segment = Arrays.copyOf(Arrays.copyOfRange(segment, head, tail), capacity);
        position = Arrays.copyOf(Arrays.copyOfRange(position, head, tail), capacity);
        bytes = Arrays.copyOf(Arrays.copyOfRange(bytes, head, tail), capacity);
        head = 0;
        tail = size;
    }
}
