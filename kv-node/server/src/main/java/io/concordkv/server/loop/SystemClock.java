package io.concordkv.server.loop;

import io.concordkv.base.Clock;

/// The machine's clocks.
public final class SystemClock implements Clock {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
