package io.concordkv.engine;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A range of keys in unsigned byte order. The arrays are taken over, not copied.
///
/// @param start the lowest key of the range, inclusive; empty means from the first key
/// @param end   the first key behind the range; null means to the last key
public record KeyRange(byte[] start, byte @Nullable [] end) {
    private static final KeyRange ALL = new KeyRange(new byte[0], null);

    public static KeyRange all() {
        return ALL;
    }

    /// All keys that begin with `prefix`; an empty prefix means all keys.
    public static KeyRange prefix(byte[] prefix) {
        int last = prefix.length - 1;
        while (last >= 0 && prefix[last] == (byte) 0xff) {
            last--;
        }
        if (last < 0) {
            return new KeyRange(prefix.clone(), null);
        }
        byte[] end = Arrays.copyOf(prefix, last + 1);
        end[last]++;
        return new KeyRange(prefix.clone(), end);
    }

    /// Just one key.
    public static KeyRange only(byte[] key) {
        return new KeyRange(key.clone(), Arrays.copyOf(key, key.length + 1));
    }

    /// True when no key can be inside.
    public boolean isEmpty() {
        return end != null && Arrays.compareUnsigned(start, end) >= 0;
    }

    public boolean contains(byte[] key) {
        return Arrays.compareUnsigned(key, start) >= 0 && (end == null || Arrays.compareUnsigned(key, end) < 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyRange that && Arrays.equals(start, that.start) && Arrays.equals(end, that.end);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(start) + Arrays.hashCode(end);
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return "[0x" + hex.formatHex(start) + ", " + (end == null ? "last" : "0x" + hex.formatHex(end)) + ")";
    }
}
