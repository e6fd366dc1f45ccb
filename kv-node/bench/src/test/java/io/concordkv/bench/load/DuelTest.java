package io.concordkv.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/// What is said of rounds of both systems.
class DuelTest {
    private static final long SECOND = 1_000_000_000;

    /// One second in which each operation took so long.
    private static RowResult second(String system, DuelRow row, long operations, long latency, long cpu, long load) {
        Histogram latencies = new Histogram(3);
        latencies.recordValue(latency);
        return new RowResult(
                new Row(system, row.kind(), "leader", row.clients(), row.mode()),
                operations,
                0,
                latencies,
                new CpuClock.Reading(operations * cpu, load, 0, SECOND),
                system.equals("etcd") ? -1 : operations * 5_000);
    }

    /// Five rounds in which rates differ; medians 26,000 and 10,000 a second, 500 and 1,000 µs, 40 and 100 µs of CPU.
    private static DuelRow rounds(Workload.Kind kind, int clients, String mode, long load) {
        DuelRow row = new DuelRow(kind, clients, mode, new ArrayList<>(), new ArrayList<>());
        for (long spread : List.of(3_000L, -2_000L, 0L, 500L, -700L)) {
            row.ours().add(second("ConcordKV", row, 26_000 + spread, 500, 40_000, load));
            row.theirs().add(second("etcd", row, 10_000 - spread, 1_000, 100_000, load));
        }
        return row;
    }

    private static Floors.Verdict verdict(DuelRow row) {
        return Floors.of(row.kind(), row.clients()).orElseThrow().judge(row);
    }

    @Test
    void ratiosAreOfMedians() {
        DuelRow row = rounds(Workload.Kind.PUT, 256, Duel.PINNED, SECOND / 2);
        assertThat(row.rateRatio()).isEqualTo(2.6);
        assertThat(row.p99Ratio()).isBetween(0.49, 0.51);
        assertThat(row.cpuRatio()).isEqualTo(0.4);
        assertThat(verdict(row).met()).isTrue();
    }

    @Test
    void theRateDoesNotCountWhenTheGeneratorHasNoRoomLeft() {
        DuelRow row = rounds(Workload.Kind.GET, 256, Duel.PINNED, SECOND * 95 / 100);
        assertThat(row.rateCounts()).isFalse();
        assertThat(verdict(row).met()).isTrue();
        assertThat(verdict(row).why()).contains("rate not counted: generator", "CPU 0.40 met ≤ 0.5");
    }

    @Test
    void theRateDoesNotCountWhereServersAndGeneratorShareCores() {
        assertThat(verdict(rounds(Workload.Kind.PUT, 256, "shared", SECOND / 2)).why())
                .contains("rate not counted: shared");
    }

    @Test
    void aMissedFloorIsNamed() {
        DuelRow row = rounds(Workload.Kind.PUT, 256, Duel.PINNED, SECOND / 2);
        row.ours().replaceAll(each -> second("ConcordKV", row, each.operations() - 4_000, 700, 40_000, SECOND / 2));
        assertThat(verdict(row).met()).isFalse();
        assertThat(verdict(row).why()).contains("rate 2.20 MISSED ≥ 2.5", "p99 0.70 MISSED ≤ 0.6", "CPU 0.40 met");
    }

    @Test
    void onlyRowsOfTheFloorsAreJudged() {
        assertThat(Floors.of(Workload.Kind.PUT, 1)).isPresent();
        assertThat(Floors.of(Workload.Kind.PUT, 16)).isEmpty();
        assertThat(Floors.of(Workload.Kind.GET, 1)).isEmpty();
    }

    @Test
    void tableAndJsonSayMedianLowestAndHighest() {
        List<DuelRow> rows = List.of(rounds(Workload.Kind.PUT, 256, Duel.PINNED, SECOND / 2));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DuelReport.print(new PrintStream(out, true, StandardCharsets.UTF_8), rows);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("| put | pinned | 256 | ConcordKV | 26000 (24000–29000) |")
                .contains("| 5000 (5000–5000) | 0 |")
                .contains("| 2.60 | 0.50 | 0.40 | met: ");

        JsonNode json = DuelReport.json(rows, 5, 1);
        assertThat(json.at("/rows/0/concordkv/opsPerSecond/median").asDouble()).isEqualTo(26_000);
        assertThat(json.at("/rows/0/etcd/opsPerSecond/lowest").asDouble()).isEqualTo(7_000);
        assertThat(json.at("/rows/0/etcd/allocatedBytesPerOp").isMissingNode()).isTrue();
        assertThat(json.at("/rows/0/verdict/met").asBoolean()).isTrue();
        assertThat(json.at("/rows/0/floors/rateMin").asDouble()).isEqualTo(2.5);
    }
}
