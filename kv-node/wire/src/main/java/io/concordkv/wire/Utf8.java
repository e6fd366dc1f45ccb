package io.concordkv.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// UTF-8 exactly as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
public final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    public static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (to - at >= 8 && ((long) LONG.get(bytes, at) & HIGH_BITS) == 0) {
                at += 8;
                continue;
            }
            int length = sequenceLength(bytes, at, to);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /// 1 to 4, or 0 when no valid sequence starts here.
    private static int sequenceLength(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || to - at < length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xff;
        int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /// @return null when a surrogate stands alone
    static byte @Nullable [] encode(char[] chars, int offset, int length) {
        byte[] out = new byte[length * 3];
        int size = 0;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            int c = chars[i];
            if (c < 0x80) {
                out[size++] = (byte) c;
            } else if (c < 0x800) {
                out[size++] = (byte) (0xc0 | c >> 6);
                out[size++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate((char) c)) {
                out[size++] = (byte) (0xe0 | c >> 12);
                out[size++] = (byte) (0x80 | c >> 6 & 0x3f);
                out[size++] = (byte) (0x80 | c & 0x3f);
            } else {
                if (i + 1 >= end || !Character.isSurrogatePair((char) c, chars[i + 1])) {
                    return null;
                }
                int point = Character.toCodePoint((char) c, chars[++i]);
                out[size++] = (byte) (0xf0 | point >> 18);
                out[size++] = (byte) (0x80 | point >> 12 & 0x3f);
                out[size++] = (byte) (0x80 | point >> 6 & 0x3f);
                out[size++] = (byte) (0x80 | point & 0x3f);
            }
        }
        return Arrays.copyOf(out, size);
    }
}
