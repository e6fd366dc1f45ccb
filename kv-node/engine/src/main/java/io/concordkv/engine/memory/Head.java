package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A key's head: its 8 bytes behind a node's common prefix, zeros where the key ends, as a long whose
/// signed order is the byte order. Different heads decide a comparison, equal ones leave it open.
final class Head {
    static final int BYTES = 8;
    static final ValueLayout.OfLong LONG_BE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final VarHandle ARRAY_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long ORDER = Long.MIN_VALUE; // turns unsigned order into signed order

    private Head() {}

    static long of(byte[] key, int from) {
        int left = key.length - from;
        if (left >= BYTES) {
            return (long) ARRAY_BE.get(key, from) ^ ORDER;
        }
        if (left <= 0) {
            return ORDER;
        }
        if (key.length >= BYTES) {
            return (long) ARRAY_BE.get(key, key.length - BYTES) << (BYTES - left) * 8 ^ ORDER;
        }
        long head = 0;
        for (int i = from; i < key.length; i++) {
            head |= (key[i] & 0xffL) << (BYTES - 1 - (i - from)) * 8;
        }
        return head ^ ORDER;
    }

    /// The head of a key of `length` bytes that lies off heap.
    static long of(MemorySegment segment, long key, int length, int from) {
        int left = length - from;
        if (left >= BYTES) {
            return segment.get(LONG_BE, key + from) ^ ORDER;
        }
        long head = 0;
        for (int i = 0; i < left; i++) {
            head |= (segment.get(ValueLayout.JAVA_BYTE, key + from + i) & 0xffL) << (BYTES - 1 - i) * 8;
        }
        return head ^ ORDER;
    }

    /// The head behind a prefix shorter by `less` bytes, which begin at `prefix`. Reads 8 bytes there.
    static long widened(long head, int less, MemorySegment segment, long prefix) {
        if (less == 0) {
            return head;
        }
        long before = segment.get(LONG_BE, prefix);
        if (less >= BYTES) {
            return before ^ ORDER;
        }
        int kept = 64 - less * 8;
        return (before >>> kept << kept | (head ^ ORDER) >>> less * 8) ^ ORDER;
    }

    /// How many leading bytes two heads share, 0 to 8.
    static int sharedBytes(long one, long other) {
        return Long.numberOfLeadingZeros(one ^ other) / 8;
    }
}
