package io.concordkv.engine.memory;

/// Block sizes. Multiples of 8 bytes up to 256, then 8 sizes a doubling up to 32 KiB, so rounding up
/// wastes at most an eighth. Equal blocks lie together in a slab of whole pages.
///
/// | class  | block bytes            | slab    |
/// |-------:|------------------------|---------|
/// |  0..31 | 8, 16, 24 … 256        | 16 KiB  |
/// | 32..55 | 288 … 2 KiB            | 16 KiB  |
/// | 56..63 | 2,304 … 4 KiB          | 64 KiB  |
/// | 64..87 | 4,608 … 32 KiB         | 256 KiB |
final class SizeClass {
    static final int COUNT = 88;
    static final int BYTES_MAX = 32 << 10;
    private static final int FINE_MAX = 256;
    private static final int FINE_COUNT = 32;
    private static final int[] BYTES = new int[COUNT];
    private static final int[] SLAB_PAGES = new int[COUNT];
    private static final int[] SLAB_BLOCKS = new int[COUNT];

    static {
        for (int c = 0; c < COUNT; c++) {
            int coarse = c - FINE_COUNT;
            BYTES[c] = c < FINE_COUNT ? (c + 1) * 8 : (FINE_MAX << (coarse / 8)) / 8 * (9 + coarse % 8);
            SLAB_PAGES[c] = BYTES[c] <= 2 << 10 ? 1 : BYTES[c] <= 4 << 10 ? 4 : 16;
            SLAB_BLOCKS[c] = SLAB_PAGES[c] * Pages.PAGE_BYTES / BYTES[c];
        }
    }

    private SizeClass() {}

    /// The smallest class whose blocks hold `bytes`, 1 to [#BYTES_MAX].
    static int of(int bytes) {
        if (bytes <= FINE_MAX) {
            return (bytes - 1) >>> 3;
        }
        int shift = 28 - Integer.numberOfLeadingZeros(bytes - 1); // 8 sizes from one power of two to the next
        return FINE_COUNT + (shift - 5) * 8 + ((bytes - 1) >>> shift) - 8;
    }

    static int bytes(int sizeClass) {
        return BYTES[sizeClass];
    }

    static int slabPages(int sizeClass) {
        return SLAB_PAGES[sizeClass];
    }

    /// Blocks of one slab.
    static int slabBlocks(int sizeClass) {
        return SLAB_BLOCKS[sizeClass];
    }
}
