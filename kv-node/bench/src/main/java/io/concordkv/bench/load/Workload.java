package io.concordkv.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Which keys and values a row uses: keys uniform over a fixed set, values cut from one block of random
/// letters, so that nothing is generated while measuring. One thread.
final class Workload {
    /// What one operation does.
    enum Kind {
        PUT("put"),
        GET("get"),
        BATCH("batch of 100 puts");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    static final int VALUE_BYTES = 256;
    static final int BATCH_PUTS = 100;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final String PREFIX = "bench-key-";
    private static final int KEY_DIGITS = 8;
    /// `bench-key-00000000`
    static final int KEY_BYTES = PREFIX.length() + KEY_DIGITS;

    private final int keys;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final SplittableRandom random;
    private final boolean inOrder;
    private int next;

    private Workload(int keys, long seed, boolean inOrder) {
        this.keys = keys;
        this.inOrder = inOrder;
        random = new SplittableRandom(seed);
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) ('a' + random.nextInt(26));
        }
    }

    static Workload uniform(int keys, long seed) {
        return new Workload(keys, seed, false);
    }

    /// Each key once, then from the first again: to fill a keyspace.
    Workload sequential() {
        return new Workload(keys, 1, true);
    }

    int keys() {
        return keys;
    }

    int nextKey() {
        return inOrder ? next++ % keys : random.nextInt(keys);
    }

    /// Where the next value begins in [#block].
    int nextValue() {
        return random.nextInt(BLOCK_BYTES - VALUE_BYTES);
    }

    byte[] block() {
        return block;
    }

    static byte[] key(int index) {
        byte[] key = new byte[KEY_BYTES];
        writeKey(index, key, 0);
        return key;
    }

    /// Without allocation.
    static void writeKey(int index, byte[] into, int at) {
        byte[] prefix = Prefix.BYTES;
        System.arraycopy(prefix, 0, into, at, prefix.length);
        int rest = index;
        for (int i = at + KEY_BYTES - 1; i >= at + prefix.length; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static final class Prefix {
        static final byte[] BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);
    }
}
