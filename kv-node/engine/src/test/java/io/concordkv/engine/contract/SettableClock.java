package io.concordkv.engine.contract;

import io.concordkv.base.Clock;
import java.time.Duration;

/// A clock that a test moves.
public final class SettableClock implements Clock {
    private volatile long nanos = 1_000_000_000L;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return nanos / 1_000_000;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one test thread moves it
    public void advance(Duration by) {
        nanos += by.toNanos();
    }
}
