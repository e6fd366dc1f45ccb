package io.concordkv.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SizeClassTest {
    @Test
    void everySizeGetsTheSmallestClassThatHoldsIt() {
        for (int bytes = 1; bytes <= SizeClass.BYTES_MAX; bytes++) {
            int sizeClass = SizeClass.of(bytes);
            assertThat(SizeClass.bytes(sizeClass)).isGreaterThanOrEqualTo(bytes);
            assertThat(SizeClass.bytes(sizeClass) % 8).isZero();
            if (sizeClass > 0) {
                assertThat(SizeClass.bytes(sizeClass - 1)).isLessThan(bytes);
            }
        }
        assertThat(SizeClass.of(SizeClass.BYTES_MAX)).isEqualTo(SizeClass.COUNT - 1);
    }

    @Test
    void roundingUpAndTheEndsOfSlabsWasteLittle() {
        for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
            int slab = SizeClass.slabPages(sizeClass) * Pages.PAGE_BYTES;
            assertThat(SizeClass.slabBlocks(sizeClass) * SizeClass.bytes(sizeClass))
                    .isBetween(slab * 7 / 8, slab);
        }
    }
}
