package io.concordkv.base;

/// The only source of time. The simulator gives its own.
public interface Clock {
    /// Monotonic nanoseconds from an arbitrary origin; never goes back within one process.
    long nanos();

    /// Wall clock in milliseconds since 1970; may jump.
    long wallMillis();
}
