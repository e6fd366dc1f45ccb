package io.concordkv.bench.load;

import java.util.List;

/// All rounds of one row, of both systems.
///
/// @param mode   `shared` or `pinned`
/// @param ours   one result a round
/// @param theirs as many
record DuelRow(Workload.Kind kind, int clients, String mode, List<RowResult> ours, List<RowResult> theirs) {
    double rateRatio() {
        return median(ours, true) / median(theirs, true);
    }

    double p99Ratio() {
        return Spread.of(ours, RowResult::p99Millis).median()
                / Spread.of(theirs, RowResult::p99Millis).median();
    }

    double cpuRatio() {
        return median(ours, false) / median(theirs, false);
    }

    private static double median(List<RowResult> rounds, boolean rate) {
        return Spread.of(rounds, rate ? RowResult::operationsPerSecond : RowResult::serverMicros)
                .median();
    }

    /// Whether the ratio of rates says something about the servers.
    boolean rateCounts() {
        return mode.equals(Duel.PINNED)
                && Spread.of(ours, RowResult::loadCorePercent).median() < Floors.GENERATOR_PERCENT_MAX
                && Spread.of(theirs, RowResult::loadCorePercent).median() < Floors.GENERATOR_PERCENT_MAX;
    }

    long errors() {
        return ours.stream().mapToLong(RowResult::errors).sum()
                + theirs.stream().mapToLong(RowResult::errors).sum();
    }
}
