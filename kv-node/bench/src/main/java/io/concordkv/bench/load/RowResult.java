package io.concordkv.bench.load;

import org.HdrHistogram.Histogram;

/// What one row measured.
///
/// @param operations completed in the window; each put of a batch counts
/// @param errors     answers that were no success
/// @param latencies  microseconds, of requests
/// @param cpu        what was used in the window
/// @param allocatedBytes by all servers in the window; −1 when unknown
record RowResult(
        Row row, long operations, long errors, Histogram latencies, CpuClock.Reading cpu, long allocatedBytes) {
    double operationsPerSecond() {
        return operations * 1e9 / cpu.atNanos();
    }

    double serverMicros() {
        return operations == 0 ? Double.NaN : cpu.servers() / 1e3 / operations;
    }

    double loadMicros() {
        return operations == 0 ? Double.NaN : cpu.load() / 1e3 / operations;
    }

    double p50Millis() {
        return latencies.getValueAtPercentile(50) / 1e3;
    }

    double p99Millis() {
        return latencies.getValueAtPercentile(99) / 1e3;
    }

    /// CPU of the generator, percent of one core: it has one thread that works.
    double loadCorePercent() {
        return cpu.load() * 100.0 / cpu.atNanos();
    }

    double allocatedPerOperation() {
        return operations == 0 ? Double.NaN : (double) allocatedBytes / operations;
    }

    /// CPU that others used, percent of the machine.
    double otherPercent() {
        double all = (double) cpu.atNanos() * CpuClock.PROCESSORS;
        return Math.max(0, (cpu.machine() - cpu.servers() - cpu.load()) * 100 / all);
    }
}
