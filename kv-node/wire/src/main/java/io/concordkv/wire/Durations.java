package io.concordkv.wire;

/// Durations as callers write them: a whole number and one of `ms s m h d`.
public final class Durations {
    private Durations() {}

    /// @param name  of the parameter, for the message
    /// @param text  like `250ms`, `30s`, `5m`, `2h`, `7d`
    /// @return milliseconds
    /// @throws ProblemException `invalid-argument` when malformed or outside `min..max` milliseconds
    public static long parseMillis(String name, String text, long min, long max) {
        return parseMillisWithin(name + "=" + text, text, min, max);
    }

    /// As [#parseMillis] for a duration that is only a part of what was written.
    ///
    /// @param written all of it with the parameter's name, for the message
    static long parseMillisWithin(String written, String text, long min, long max) {
        int digits = 0;
        long number = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            number = number * 10 + (text.charAt(digits) - '0');
            digits++;
            if (digits > 15) {
                throw malformed(written);
            }
        }
        long unit = switch (text.substring(digits)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 0;
        };
        if (digits == 0 || unit == 0) {
            throw malformed(written);
        }
        long millis = number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
        if (millis < min || millis > max) {
            throw Problem.invalidArgument(written + ": " + format(min) + " to " + format(max) + " is allowed")
                    .asException();
        }
        return millis;
    }

    /// The shortest exact form: `90000` is `90s`.
    public static String format(long millis) {
        long[] units = {86_400_000, 3_600_000, 60_000, 1_000};
        String[] names = {"d", "h", "m", "s"};
        for (int i = 0; i < units.length; i++) {
            if (millis != 0 && millis % units[i] == 0) {
                return millis / units[i] + names[i];
            }
        }
        return millis + "ms";
    }

    private static ProblemException malformed(String written) {
        return Problem.invalidArgument(written + ": want a whole number and a unit, like 250ms, 30s, 5m, 2h or 7d")
                .asException();
    }
}
