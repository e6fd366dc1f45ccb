package io.concordkv.base;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// One formatted volume. Drawn at random when a data folder is formatted (SAFETY I1).
///
/// @param high first 64 of 128 bits
/// @param low  last 64 bits
public record VolumeId(long high, long low) implements Comparable<VolumeId> {
    public static VolumeId random(RandomGenerator random) {
        return new VolumeId(random.nextLong(), random.nextLong());
    }

    /// @param text 32 hexadecimal digits, as [#toString] prints them
    /// @throws IllegalArgumentException when the text is anything else
    public static VolumeId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("want 32 hexadecimal digits, got '" + text + "'");
        }
        return new VolumeId(HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
    }

    @Override
    public int compareTo(VolumeId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
