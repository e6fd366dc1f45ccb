package io.concordkv.engine.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One key and its value in a block; a separator of an inner node is an entry without value. Never
/// leaves the process.
///
/// | offset | bytes  | field       | meaning                                                      |
/// |-------:|-------:|-------------|--------------------------------------------------------------|
/// |      0 | 2      | keyLength   | 13 bits; the top bit says that valueLength takes 4 bytes     |
/// |      2 | 2 or 4 | valueLength |                                                              |
/// | 4 or 6 | …      | key         |                                                              |
/// |      … | …      | value       |                                                              |
final class Entry {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int WIDE = 0x8000;
    private static final int NARROW_VALUE_MAX = 0xffff;
    private static final int NARROW_HEADER = 4;
    private static final int WIDE_HEADER = 6;

    private Entry() {}

    /// Bytes of a block for this entry.
    static int bytes(int keyLength, int valueLength) {
        return (valueLength <= NARROW_VALUE_MAX ? NARROW_HEADER : WIDE_HEADER) + keyLength + valueLength;
    }

    static void write(MemorySegment segment, long at, byte[] key, byte[] value) {
        long keyAt;
        if (value.length <= NARROW_VALUE_MAX) {
            segment.set(INT, at, key.length | value.length << 16);
            keyAt = at + NARROW_HEADER;
        } else {
            segment.set(SHORT, at, (short) (key.length | WIDE));
            segment.set(INT, at + 2, value.length);
            keyAt = at + WIDE_HEADER;
        }
        MemorySegment.copy(key, 0, segment, BYTE, keyAt, key.length);
        MemorySegment.copy(value, 0, segment, BYTE, keyAt + key.length, value.length);
    }

    static byte byteAt(MemorySegment segment, long at) {
        return segment.get(BYTE, at);
    }

    /// The first four bytes hold the key's length and, unless wide, the value's.
    private static int header(MemorySegment segment, long at) {
        return segment.get(INT, at);
    }

    private static boolean isWide(int header) {
        return (header & WIDE) != 0;
    }

    private static int keyLength(int header) {
        return header & WIDE - 1;
    }

    private static long keyAt(long at, int header) {
        return at + (isWide(header) ? WIDE_HEADER : NARROW_HEADER);
    }

    private static int valueLength(MemorySegment segment, long at, int header) {
        return isWide(header) ? segment.get(INT, at + 2) : header >>> 16;
    }

    static int keyLength(MemorySegment segment, long at) {
        return keyLength(header(segment, at));
    }

    static int valueLength(MemorySegment segment, long at) {
        return valueLength(segment, at, header(segment, at));
    }

    static int bytes(MemorySegment segment, long at) {
        int header = header(segment, at);
        return bytes(keyLength(header), valueLength(segment, at, header));
    }

    static byte[] key(MemorySegment segment, long at) {
        int header = header(segment, at);
        byte[] key = new byte[keyLength(header)];
        MemorySegment.copy(segment, BYTE, keyAt(at, header), key, 0, key.length);
        return key;
    }

    /// @throws IndexOutOfBoundsException when the length cannot be right, which a reader beside the writer may see
    static byte[] value(MemorySegment segment, long at) {
        int header = header(segment, at);
        int length = valueLength(segment, at, header);
        long from = keyAt(at, header) + keyLength(header);
        if (length < 0 || from + length > segment.byteSize()) {
            throw new IndexOutOfBoundsException(length);
        }
        byte[] value = new byte[length];
        MemorySegment.copy(segment, BYTE, from, value, 0, length);
        return value;
    }

    static long head(MemorySegment segment, long at, int from) {
        int header = header(segment, at);
        return Head.of(segment, keyAt(at, header), keyLength(header), from);
    }

    /// Order of `key` against the entry's key; the first `from` bytes are known to be equal.
    static int compare(byte[] key, MemorySegment segment, long at, int from) {
        int header = header(segment, at);
        int length = keyLength(header);
        long other = keyAt(at, header);
        int shared = Math.min(key.length, length);
        int i = from;
        for (; i + 8 <= shared; i += 8) {
            long mine = (long) Head.ARRAY_BE.get(key, i);
            long theirs = segment.get(Head.LONG_BE, other + i);
            if (mine != theirs) {
                return Long.compareUnsigned(mine, theirs);
            }
        }
        for (; i < shared; i++) {
            int difference = Byte.compareUnsigned(key[i], segment.get(BYTE, other + i));
            if (difference != 0) {
                return difference;
            }
        }
        return key.length - length;
    }

    /// The shortest key that is above `low` and not above `high`.
    static byte[] separator(byte[] low, byte[] high) {
        int shared = Arrays.mismatch(low, high);
        return Arrays.copyOf(high, shared + 1);
    }
}
