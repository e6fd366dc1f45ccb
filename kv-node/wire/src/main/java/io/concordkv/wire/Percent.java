package io.concordkv.wire;

import java.util.Arrays;

/// Percent-encoding of RFC 3986, to bytes and back. `+` means itself, everywhere.
public final class Percent {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Percent() {}

    /// @param raw  request text whose chars are single bytes, as HTTP decoders deliver it
    /// @param what for the message: `key`, `start`, …
    /// @throws ProblemException `invalid-argument` for a bad escape or a char above 0xff
    public static byte[] decode(String raw, int from, int to, String what) {
        byte[] out = new byte[to - from];
        int size = 0;
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < to ? hexDigit(raw.charAt(i + 1)) : -1;
                int low = i + 2 < to ? hexDigit(raw.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw badEscape(raw.substring(i, Math.min(to, i + 3)), what);
                }
                out[size++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c <= 0xff) {
                out[size++] = (byte) c;
            } else {
                throw Problem.invalidArgument(what + ": characters beyond one byte must be percent-encoded as UTF-8")
                        .asException();
            }
        }
        return size == out.length ? out : Arrays.copyOf(out, size);
    }

    /// Escapes all but letters, digits and `- . _ ~`, so that nothing on the way may rewrite it. (A
    /// key that is only dots can still be folded by proxies: such keys go through `:batch`.)
    public static String encode(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            if (isUnreserved(b)) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return out.toString();
    }

    private static boolean isUnreserved(byte b) {
        return b >= 'a' && b <= 'z'
                || b >= 'A' && b <= 'Z'
                || b >= '0' && b <= '9'
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }

    private static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private static ProblemException badEscape(String escape, String what) {
        return Problem.invalidArgument(what + ": bad escape '" + escape
                        + "'; want % and two hexadecimal digits, and %25 for a percent sign itself")
                .asException();
    }
}
