package io.concordkv.bench.log;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What was written in a while.
///
/// @param bytes   handed to the file
/// @param syncs   that returned
/// @param records of a log, 0 when there are none
record Rate(long bytes, long syncs, long records, long nanos) {
    double megabytesPerSecond() {
        return bytes * 1e3 / nanos;
    }

    double syncsPerSecond() {
        return syncs * 1e9 / nanos;
    }

    double blocksPerSync() {
        return (double) bytes / BareLoop.BLOCK_BYTES / syncs;
    }

    double recordsPerSync() {
        return (double) records / syncs;
    }

    /// The middle one.
    static Rate median(List<Rate> rates) {
        List<Rate> sorted = rates.stream()
                .sorted(Comparator.comparingDouble(Rate::megabytesPerSecond))
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    static double median(List<Rate> rates, ToDoubleFunction<Rate> figure) {
        double[] sorted = rates.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
