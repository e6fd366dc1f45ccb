package io.concordkv.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whole clusters in the simulated world. The number of seeds is a setting; the default is what continuous
/// integration runs.
@Tag("simulation")
class WorldSimulationTest {
    private static final int SEEDS = Integer.getInteger("concord.simulation.seeds", 2_000);
    private static final int HARSH_SEEDS = Math.max(1, SEEDS / 20);
    private static final int REPEAT_EVERY = 20;
    private static final int BEYOND_EVERY = 200;

    @Test
    void noSeedFindsAnything() throws Exception {
        List<WorldSimulation.Outcome> outcomes = runAll(SEEDS, WorldSimulation::run);
        assertThat(findings(outcomes)).isEmpty();
        assertThat(outcomes.stream().filter(WorldSimulation.Outcome::beyond))
                .as("runs that ended early")
                .hasSizeLessThanOrEqualTo(Math.max(1, SEEDS / BEYOND_EVERY));
        assertThat(outcomes.stream().mapToInt(WorldSimulation.Outcome::joins).sum())
                .as("nodes that joined")
                .isGreaterThan(SEEDS / 20);
        assertThat(outcomes.stream().mapToLong(WorldSimulation.Outcome::resumed).sum())
                .as("transfers of snapshots that broke and went on")
                .isPositive();
        assertThat(outcomes.stream().filter(it -> !it.beyond())).allSatisfy(it -> {
            assertThat(it.simulated()).isGreaterThanOrEqualTo(20_000_000_000L);
            assertThat(it.crashes()).isPositive();
            assertThat(it.partitions()).isPositive();
        });
    }

    @Test
    void crashesOneAfterTheOtherFindNothing() throws Exception {
        List<WorldSimulation.Outcome> outcomes = runAll(
                HARSH_SEEDS,
                seed -> WorldSimulation.run(seed, WorldOptions.of(seed).crashingEvery(seed % 2 == 0 ? 0.7 : 1.5)));
        assertThat(findings(outcomes)).isEmpty();
    }

    @Test
    void aSeedReplaysToTheSameTrace() throws Exception {
        List<WorldSimulation.Outcome> pairs = runAll(SEEDS / REPEAT_EVERY, seed -> {
            WorldSimulation.Outcome first = WorldSimulation.run(seed * REPEAT_EVERY);
            WorldSimulation.Outcome again = WorldSimulation.run(seed * REPEAT_EVERY);
            assertThat(again.traceHash()).as("trace of seed %d", first.seed()).isEqualTo(first.traceHash());
            return again;
        });
        assertThat(pairs).hasSize(SEEDS / REPEAT_EVERY);
    }

    private static List<String> findings(List<WorldSimulation.Outcome> outcomes) {
        return outcomes.stream()
                .filter(it -> it.finding() != null)
                .map(it -> "seed " + it.seed() + ": " + it.finding())
                .toList();
    }

    private static List<WorldSimulation.Outcome> runAll(int seeds, LongFunction<WorldSimulation.Outcome> run)
            throws Exception {
        List<Future<WorldSimulation.Outcome>> running = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (long seed = 1; seed <= seeds; seed++) {
                long each = seed;
                running.add(pool.submit(() -> run.apply(each)));
            }
            List<WorldSimulation.Outcome> outcomes = new ArrayList<>();
            for (Future<WorldSimulation.Outcome> one : running) {
                outcomes.add(one.get());
            }
            return outcomes;
        }
    }
}
