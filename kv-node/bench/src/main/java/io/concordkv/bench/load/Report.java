package io.concordkv.bench.load;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One Markdown table of all rows. Ratios compare with the peer's row of the same operation, client
/// count and mode: operations above 1 and CPU below 1 are better than the peer.
final class Report {
    private Report() {}

    static void print(PrintStream out, List<RowResult> results) {
        boolean compares = results.stream().anyMatch(each -> isPeer(each.row()));
        boolean allocates = results.stream().anyMatch(each -> each.allocatedBytes() >= 0);
        out.println("| system | operation | keyspace, routing | mode | clients | ops/s | p50 ms | p99 ms | max ms |"
                + " server CPU µs/op | load CPU µs/op | other CPU % | errors |"
                + (allocates ? " allocated bytes/op |" : "")
                + (compares ? " × peer ops/s | × peer server CPU |" : ""));
        out.println("|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|" + (allocates ? "--:|" : "")
                + (compares ? "--:|--:|" : ""));
        for (RowResult result : results) {
            out.println(
                    line(result) + (allocates ? allocated(result) : "") + (compares ? ratios(result, results) : ""));
        }
    }

    private static String line(RowResult result) {
        Row row = result.row();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %d | %.0f | %.2f | %.2f | %.1f | %s | %.1f | %.0f | %d |",
                row.system(),
                row.kind().label(),
                row.setting(),
                row.mode(),
                row.clients(),
                result.operationsPerSecond(),
                result.latencies().getValueAtPercentile(50) / 1e3,
                result.latencies().getValueAtPercentile(99) / 1e3,
                result.latencies().getMaxValue() / 1e3,
                result.cpu().servers() == 0 ? "?" : String.format(Locale.ROOT, "%.1f", result.serverMicros()),
                result.loadMicros(),
                result.otherPercent(),
                result.errors());
    }

    private static String allocated(RowResult result) {
        return result.allocatedBytes() < 0
                ? " |"
                : String.format(Locale.ROOT, " %.0f |", result.allocatedPerOperation());
    }

    private static String ratios(RowResult result, List<RowResult> all) {
        Optional<RowResult> peer = all.stream()
                .filter(each -> isPeer(each.row()) && each.row().isComparableTo(result.row()))
                .findFirst();
        if (peer.isEmpty() || isPeer(result.row())) {
            return " | |";
        }
        return String.format(
                Locale.ROOT,
                " %.2f | %.2f |",
                result.operationsPerSecond() / peer.get().operationsPerSecond(),
                result.serverMicros() / peer.get().serverMicros());
    }

    private static boolean isPeer(Row row) {
        return row.system().equals("etcd");
    }
}
