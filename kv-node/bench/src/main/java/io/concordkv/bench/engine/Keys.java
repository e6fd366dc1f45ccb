package io.concordkv.bench.engine;

/// Keys of 16 decimal digits, scattered over the key space, a different one for every number.
final class Keys {
    static final int BYTES = 16;
    private static final long MASK = (1L << 53) - 1; // the largest power of two below 10¹⁶

    private final byte[] prefix;
    private final boolean inOrder;

    /// @param prefix bytes before the digits
    /// @param inOrder numbers become keys in ascending order
    Keys(byte[] prefix, boolean inOrder) {
        this.prefix = prefix;
        this.inOrder = inOrder;
    }

    int length() {
        return prefix.length + BYTES;
    }

    byte[] of(long number) {
        byte[] key = new byte[length()];
        write(key, number);
        return key;
    }

    void write(byte[] key, long number) {
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        long digits = inOrder ? number : scatter(number);
        for (int i = key.length - 1; i >= prefix.length; i--) {
            key[i] = (byte) ('0' + digits % 10);
            digits /= 10;
        }
    }

    /// Every step can be undone, so no key repeats.
    private static long scatter(long number) {
        long mixed = number * 0x9E3779B97F4A7C15L & MASK;
        mixed ^= mixed >>> 29;
        mixed = mixed * 0xBF58476D1CE4E5B9L & MASK;
        mixed ^= mixed >>> 31;
        mixed = mixed * 0x94D049BB133111EBL & MASK;
        return mixed ^ mixed >>> 28;
    }
}
