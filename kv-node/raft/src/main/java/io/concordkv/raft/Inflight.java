package io.concordkv.raft;

import java.util.Arrays;

/// The unanswered appends to one follower, oldest first: a ring of (last index, bytes).
final class Inflight {
    private final int messagesMax;
    private final long bytesMax;
    private long[] lasts = new long[4];
    private long[] sizes = new long[4];
    private int head;
    private int size;
    private long bytes;

    Inflight(int messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    boolean isFull() {
        return size >= messagesMax || bytes >= bytesMax;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(long lastIndex, long messageBytes) {
        if (size == lasts.length) {
            grow();
        }
        int tail = (head + size) & (lasts.length - 1);
        lasts[tail] = lastIndex;
        sizes[tail] = messageBytes;
        size++;
        bytes += messageBytes;
    }

    /// An answer for `index` answers everything before it too.
    void answeredTo(long index) {
        while (size > 0 && lasts[head] <= index) {
            bytes -= sizes[head];
            head = (head + 1) & (lasts.length - 1);
            size--;
        }
    }

    void clear() {
        size = 0;
        bytes = 0;
    }

    private void grow() {
        int length = lasts.length;
        var largerLasts = Arrays.copyOf(lasts, length * 2);
        var largerSizes = Arrays.copyOf(sizes, length * 2);
        for (int i = 0; i < size; i++) {
            largerLasts[i] = lasts[(head + i) & (length - 1)];
            largerSizes[i] = sizes[(head + i) & (length - 1)];
        }
        lasts = largerLasts;
        sizes = largerSizes;
        head = 0;
    }
}
