package io.concordkv.bench.load;

import org.HdrHistogram.Histogram;

/// What one row measured.
///
/// @param operations completed in the window; each put of a batch counts
/// @param errors     answers that were no success
/// @param latencies  microseconds, of requests
/// @param cpu        what was used in the window
record RowResult(Row row, long operations, long errors, Histogram latencies, CpuClock.Reading cpu) {
    double operationsPerSecond() {
        return operations * 1e9 / cpu.atNanos();
    }

    double serverMicros() {
        return operations == 0 ? Double.NaN : cpu.servers() / 1e3 / operations;
    }

    double loadMicros() {
        return operations == 0 ? Double.NaN : cpu.load() / 1e3 / operations;
    }

    /// CPU that others used, percent of the machine.
    double otherPercent() {
        double all = (double) cpu.atNanos() * Runtime.getRuntime().availableProcessors();
        return Math.max(0, (cpu.machine() - cpu.servers() - cpu.load()) * 100 / all);
    }
}
