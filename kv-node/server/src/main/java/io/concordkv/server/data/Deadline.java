package io.concordkv.server.data;

/// When a call must have ended, however many rounds to shards it takes.
///
/// @param timeoutMillis what the caller allowed
/// @param nanos         on the clock of [System#nanoTime]
record Deadline(long timeoutMillis, long nanos) {
    /// That many milliseconds from now on.
    static Deadline after(long timeoutMillis) {
        return new Deadline(timeoutMillis, System.nanoTime() + timeoutMillis * 1_000_000);
    }

    /// Milliseconds left, rounded up; 0 when the time is over.
    long leftMillis() {
        return Math.max(0, (nanos - System.nanoTime() + 999_999) / 1_000_000);
    }

    boolean isOver() {
        return leftMillis() == 0;
    }
}
