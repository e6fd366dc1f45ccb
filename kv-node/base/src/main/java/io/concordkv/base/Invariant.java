package io.concordkv.base;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/// What can only be false when the code is broken. A violated invariant stops the replica that hit it.
public final class Invariant {
    private Invariant() {}

    /// @throws InvariantViolation with the formatted message when `holds` is false
    @FormatMethod
    public static void check(boolean holds, @FormatString String message, Object... arguments) {
        if (!holds) {
            throw new InvariantViolation(String.format(message, arguments));
        }
    }

    /// The two most frequent shapes without boxing.
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new InvariantViolation(message);
        }
    }
}
