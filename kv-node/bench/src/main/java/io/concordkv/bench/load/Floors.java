package io.concordkv.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// What ConcordKV must at least reach beside etcd in one row. A rate counts only with the servers pinned away from
/// the generator, and while that has a tenth of its core left: else it measures the generator, and CPU decides.
///
/// @param rate lowest ratio of operations a second
/// @param p99  highest ratio of the 99th percentile of latency
/// @param cpu  highest ratio of server CPU an operation
record Floors(OptionalDouble rate, OptionalDouble p99, OptionalDouble cpu) {
    static final double GENERATOR_PERCENT_MAX = 90;
    private static final int MANY_CLIENTS = 256;

    /// Empty for rows without any.
    static Optional<Floors> of(Workload.Kind kind, int clients) {
        return switch (kind) {
            case PUT ->
                clients == MANY_CLIENTS
                        ? Optional.of(floors(2.5, 0.6, 0.4))
                        : clients == 1 ? Optional.of(floors(1.3, Double.NaN, Double.NaN)) : Optional.empty();
            case GET -> clients == MANY_CLIENTS ? Optional.of(floors(2, Double.NaN, 0.5)) : Optional.empty();
            case BATCH -> Optional.empty();
        };
    }

    private static Floors floors(double rate, double p99, double cpu) {
        return new Floors(optional(rate), optional(p99), optional(cpu));
    }

    private static OptionalDouble optional(double value) {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// Whether they are met, and why.
    ///
    /// @param met false as soon as one that counts is missed
    /// @param why in words
    record Verdict(boolean met, String why) {}

    Verdict judge(DuelRow row) {
        List<String> said = new ArrayList<>();
        boolean met = true;
        if (rate.isPresent()) {
            if (row.rateCounts()) {
                met &= row.rateRatio() >= rate.getAsDouble();
                said.add(text("rate", row.rateRatio(), row.rateRatio() >= rate.getAsDouble(), "≥", rate));
            } else {
                said.add(row.mode().equals(Duel.PINNED) ? "rate not counted: generator" : "rate not counted: shared");
            }
        }
        if (p99.isPresent()) {
            met &= row.p99Ratio() <= p99.getAsDouble();
            said.add(text("p99", row.p99Ratio(), row.p99Ratio() <= p99.getAsDouble(), "≤", p99));
        }
        if (cpu.isPresent()) {
            met &= row.cpuRatio() <= cpu.getAsDouble();
            said.add(text("CPU", row.cpuRatio(), row.cpuRatio() <= cpu.getAsDouble(), "≤", cpu));
        }
        return new Verdict(met, String.join("; ", said));
    }

    private static String text(String what, double is, boolean met, String sign, OptionalDouble floor) {
        return String.format(
                Locale.ROOT, "%s %.2f %s %s %.1f", what, is, met ? "met" : "MISSED", sign, floor.getAsDouble());
    }
}
