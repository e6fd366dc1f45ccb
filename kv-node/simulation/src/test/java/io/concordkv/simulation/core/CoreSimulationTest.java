package io.concordkv.simulation.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoreSimulationTest {
    private static final long SEEDS = 1_500;

    @Test
    void noSeedFindsAnything() {
        long committed = 0;
        var situations = new Situations();
        for (long seed = 0; seed < SEEDS; seed++) {
            var outcome = CoreSimulation.runTraced(seed);
            assertThat(outcome.finding()).isNull();
            committed += outcome.committed();
            situations.add(outcome.situations());
        }
        // Seeds that commit nothing would prove nothing.
        assertThat(committed).isGreaterThan(SEEDS * 50);
        assertThat(Situation.values()).as("%s", situations).allMatch(it -> situations.count(it) > 0);
    }

    @Test
    void aSeedReplaysToTheSameTrace() {
        for (long seed = 0; seed < 40; seed++) {
            assertThat(CoreSimulation.runTraced(seed)).as("seed %d", seed).isEqualTo(CoreSimulation.runTraced(seed));
        }
    }
}
