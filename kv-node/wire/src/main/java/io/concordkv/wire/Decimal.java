package io.concordkv.wire;

/// Whole numbers as callers write them: digits only, no sign, no leading zero but `0` itself.
public final class Decimal {
    private Decimal() {}

    /// @return 0 or more; −1 when the text is no such number or passes 2^63 − 1
    public static long parse(String text) {
        int length = text.length();
        if (length == 0 || length > 19 || length > 1 && text.charAt(0) == '0') {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number < 0 ? -1 : number;
    }
}
