package io.concordkv.bench.log;

import io.concordkv.base.Clock;

/// The machine's clocks.
final class MachineClock implements Clock {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
