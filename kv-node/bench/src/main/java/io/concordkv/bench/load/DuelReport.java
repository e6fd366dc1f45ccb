package io.concordkv.bench.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.tools.console.JsonText;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// Medians over the rounds, lowest and highest in brackets; ratios are of medians, ConcordKV ÷ etcd.
final class DuelReport {
    private DuelReport() {}

    static void print(PrintStream out, List<DuelRow> rows) {
        out.println("| operation | mode | clients | system | ops/s | p50 ms | p99 ms | server CPU µs/op |"
                + " generator's core % | other CPU % | allocated bytes/op | errors |");
        out.println("|---|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (DuelRow row : rows) {
            out.println(line(row, row.ours()));
            out.println(line(row, row.theirs()));
        }
        out.println();
        out.println("| operation | mode | clients | rate, ConcordKV ÷ etcd | p99 | server CPU | verdict |");
        out.println("|---|---|--:|--:|--:|--:|---|");
        for (DuelRow row : rows) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %d | %.2f | %.2f | %.2f | %s |%n",
                    row.kind().label(),
                    row.mode(),
                    row.clients(),
                    row.rateRatio(),
                    row.p99Ratio(),
                    row.cpuRatio(),
                    verdict(row).map(DuelReport::text).orElse(""));
        }
    }

    private static String text(Floors.Verdict verdict) {
        return (verdict.met() ? "met: " : "MISSED: ") + verdict.why();
    }

    private static Optional<Floors.Verdict> verdict(DuelRow row) {
        return Floors.of(row.kind(), row.clients()).map(floors -> floors.judge(row));
    }

    private static String line(DuelRow row, List<RowResult> rounds) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %d | %s | %s | %s | %s | %s | %s | %s | %s | %d |",
                row.kind().label(),
                row.mode(),
                row.clients(),
                rounds.getFirst().row().system(),
                Spread.of(rounds, RowResult::operationsPerSecond).text(0),
                Spread.of(rounds, RowResult::p50Millis).text(2),
                Spread.of(rounds, RowResult::p99Millis).text(2),
                Spread.of(rounds, RowResult::serverMicros).text(1),
                Spread.of(rounds, RowResult::loadCorePercent).text(0),
                Spread.of(rounds, RowResult::otherPercent).text(0),
                rounds.getFirst().allocatedBytes() < 0
                        ? ""
                        : Spread.of(rounds, RowResult::allocatedPerOperation).text(0),
                rounds.stream().mapToLong(RowResult::errors).sum());
    }

    /// | field                 | meaning                                                            |
    /// |-----------------------|--------------------------------------------------------------------|
    /// | rounds, seconds       | of every row                                                       |
    /// | rows[]                | operation, mode, clients, concordkv, etcd, ratios, floors, verdict |
    /// | concordkv.opsPerSecond| and other figures: median, lowest, highest                         |
    /// | verdict               | met, why, rateCounts; absent where nothing is asked                |
    static ObjectNode json(List<DuelRow> rows, int rounds, int seconds) {
        ObjectNode all = JsonText.object().put("rounds", rounds).put("seconds", seconds);
        ArrayNode list = all.putArray("rows");
        for (DuelRow row : rows) {
            ObjectNode node = list.addObject()
                    .put("operation", row.kind().label())
                    .put("mode", row.mode())
                    .put("clients", row.clients());
            node.set("concordkv", system(row.ours()));
            node.set("etcd", system(row.theirs()));
            node.putObject("ratios")
                    .put("rate", row.rateRatio())
                    .put("p99", row.p99Ratio())
                    .put("serverCpu", row.cpuRatio());
            Floors.of(row.kind(), row.clients()).ifPresent(floors -> {
                ObjectNode asked = node.putObject("floors");
                floor(asked, "rateMin", floors.rate());
                floor(asked, "p99Max", floors.p99());
                floor(asked, "serverCpuMax", floors.cpu());
                Floors.Verdict verdict = floors.judge(row);
                node.putObject("verdict")
                        .put("met", verdict.met())
                        .put("why", verdict.why())
                        .put("rateCounts", row.rateCounts());
            });
        }
        return all;
    }

    private static ObjectNode system(List<RowResult> rounds) {
        ObjectNode node = JsonText.object();
        figure(node, "opsPerSecond", rounds, RowResult::operationsPerSecond);
        figure(node, "p50Millis", rounds, RowResult::p50Millis);
        figure(node, "p99Millis", rounds, RowResult::p99Millis);
        figure(node, "serverMicrosPerOp", rounds, RowResult::serverMicros);
        figure(node, "generatorCorePercent", rounds, RowResult::loadCorePercent);
        figure(node, "otherCpuPercent", rounds, RowResult::otherPercent);
        if (rounds.getFirst().allocatedBytes() >= 0) {
            figure(node, "allocatedBytesPerOp", rounds, RowResult::allocatedPerOperation);
        }
        return node.put("errors", rounds.stream().mapToLong(RowResult::errors).sum());
    }

    private static void figure(
            ObjectNode node, String name, List<RowResult> rounds, ToDoubleFunction<RowResult> figure) {
        Spread spread = Spread.of(rounds, figure);
        node.putObject(name)
                .put("median", spread.median())
                .put("lowest", spread.lowest())
                .put("highest", spread.highest());
    }

    private static void floor(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(name, value.getAsDouble());
        }
    }
}
