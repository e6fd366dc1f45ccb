package io.concordkv.wal;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Names one write-ahead log for ever; drawn when it is created, repeated in the header of every
/// segment and held in the node's identity file (SAFETY I5).
///
/// @param high first 64 of 128 bits
/// @param low  last 64 bits
public record LogId(long high, long low) {
    public static LogId random(RandomGenerator random) {
        return new LogId(random.nextLong(), random.nextLong());
    }

    /// @param text 32 hexadecimal digits, as [#toString] prints them
    /// @throws IllegalArgumentException when the text is anything else
    public static LogId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("want 32 hexadecimal digits, got '" + text + "'");
        }
        return new LogId(HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
