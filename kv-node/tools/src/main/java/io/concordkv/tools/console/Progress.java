package io.concordkv.tools.console;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/// Tells a waiting person what is going on: silent for the first two seconds, then at most a line a
/// second, or at once when the step changes.
public final class Progress {
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintStream out;
    private final long beganNanos = System.nanoTime();
    private long printedNanos;
    private String printed = "";

    /// @param out where people look while results go elsewhere: standard error
    public Progress(PrintStream out) {
        this.out = out;
    }

    public void step(String what) {
        long now = System.nanoTime();
        if (now - beganNanos < SILENT_NANOS || (what.equals(printed) && now - printedNanos < BETWEEN_NANOS)) {
            return;
        }
        printed = what;
        printedNanos = now;
        out.printf("%4d s  %s%n", TimeUnit.NANOSECONDS.toSeconds(now - beganNanos), what);
    }

    public long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
    }
}
