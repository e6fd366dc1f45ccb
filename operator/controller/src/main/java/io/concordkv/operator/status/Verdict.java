package io.concordkv.operator.status;

import org.jspecify.annotations.Nullable;

/// What a condition says, before times and generations are added.
///
/// @param holds null = unknown
record Verdict(@Nullable Boolean holds, String reason, String message) {
    static Verdict yes(String reason, String message) {
        return new Verdict(true, reason, message);
    }

    static Verdict no(String reason, String message) {
        return new Verdict(false, reason, message);
    }

    static Verdict unknown(String reason, String message) {
        return new Verdict(null, reason, message);
    }

    String word() {
        return holds == null ? "Unknown" : holds ? "True" : "False";
    }
}
