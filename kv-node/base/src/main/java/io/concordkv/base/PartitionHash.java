package io.concordkv.base;

/// From a key to its place in the hash space (API §1). This never changes: keys would be lost.
public final class PartitionHash {
    private PartitionHash() {}

    /// Hash of the partition part: the bytes between the first `{` and the next `}` when there are
    /// any, else the whole key. Unsigned.
    public static long of(byte[] key) {
        int open = indexOf(key, (byte) '{', 0);
        if (open >= 0) {
            int close = indexOf(key, (byte) '}', open + 1);
            if (close > open + 1) {
                return Murmur3.hash64(key, open + 1, close - open - 1);
            }
        }
        return Murmur3.hash64(key, 0, key.length);
    }

    /// Which of `shards` equal intervals of the unsigned 64-bit space holds `hash`: 0 to shards − 1.
    public static int interval(long hash, int shards) {
        return (int) Math.unsignedMultiplyHigh(hash, shards);
    }

    /// First hash of interval `i` of `shards`, unsigned: the smallest hash h with interval(h) = i.
    public static long intervalStart(int i, int shards) {
        // ceil(i · 2^64 / shards), in two halves of a long division
        long high = Long.divideUnsigned((long) i << 32, shards);
        long rest = Long.remainderUnsigned((long) i << 32, shards);
        long low = Long.divideUnsigned(rest << 32, shards);
        boolean exact = Long.remainderUnsigned(rest << 32, shards) == 0;
        return (high << 32) + low + (exact ? 0 : 1);
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
