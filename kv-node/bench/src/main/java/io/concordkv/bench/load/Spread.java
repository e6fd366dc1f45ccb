package io.concordkv.bench.load;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// One figure over all rounds.
record Spread(double median, double lowest, double highest) {
    /// @param rounds at least one
    static Spread of(List<RowResult> rounds, ToDoubleFunction<RowResult> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /// `median (lowest–highest)`.
    String text(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + "–" + number + ")", median, lowest, highest);
    }
}
