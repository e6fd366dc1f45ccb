package io.concordkv.shard.port;

import io.concordkv.base.Clock;
import java.util.function.BooleanSupplier;

/// What a loop does again and again. Beats fall on multiples of their period on the clock, so that all of
/// them share one wake-up of an otherwise idle loop: a wake-up costs more than what most of them do.
public final class Beat {
    private Beat() {}

    /// Runs `task` on the loop at the next multiple of the period and on, until it returns false.
    ///
    /// @param periodNanos best a multiple or a divisor of the other periods of the loop
    public static void every(long periodNanos, Loop loop, Clock clock, BooleanSupplier task) {
        long wait = periodNanos - Math.floorMod(clock.nanos(), periodNanos);
        loop.after(wait, () -> {
            if (task.getAsBoolean()) {
                every(periodNanos, loop, clock, task);
            }
        });
    }
}
