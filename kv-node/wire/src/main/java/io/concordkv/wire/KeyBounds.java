package io.concordkv.wire;

import io.concordkv.base.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Bounds of key ranges in unsigned byte order.
public final class KeyBounds {
    private KeyBounds() {}

    /// The first key that is greater than every key with this prefix; null when there is none.
    public static @Nullable Bytes afterPrefix(Bytes prefix) {
        byte[] bytes = prefix.array();
        int last = bytes.length - 1;
        while (last >= 0 && bytes[last] == (byte) 0xff) {
            last--;
        }
        if (last < 0) {
            return null;
        }
        byte[] after = Arrays.copyOf(bytes, last + 1);
        after[last]++;
        return Bytes.wrap(after);
    }

    /// The smallest key greater than this one.
    public static Bytes next(Bytes key) {
        return Bytes.wrap(Arrays.copyOf(key.array(), key.length() + 1));
    }
}
