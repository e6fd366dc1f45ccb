package io.concordkv.simulation.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Flaw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreSimulationTest {
    private static final long SEEDS = 1_500;
    private static final long SEEDS_UNTIL_CAUGHT_MAX = 20_000;

    @Test
    void noSeedFindsAnything() {
        long committed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var outcome = CoreSimulation.runTraced(seed);
            assertThat(outcome.finding()).isNull();
            committed += outcome.committed();
        }
        // Seeds that commit nothing would prove nothing.
        assertThat(committed).isGreaterThan(SEEDS * 50);
    }

    @Test
    void aSeedReplaysToTheSameTrace() {
        for (long seed = 0; seed < 40; seed++) {
            assertThat(CoreSimulation.runTraced(seed)).as("seed %d", seed).isEqualTo(CoreSimulation.runTraced(seed));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "VOTE_NOT_DURABLE_BEFORE_ANSWER,   DurableFirst",
        "ACK_BEFORE_SYNC,                  DurableFirst",
        "OLD_TERM_COMMITTED_BY_COUNTING,   Ledger LeaderCompleteness Core",
        "STALE_READ_ROUND,                 ReadsSeeCommits",
        "NODE_FRAME_TAKEN_AS_READ_ROUND,   ReadsSeeCommits",
        "CONFIGURATION_LOST_IN_COMPACTION, ConfigurationFollowsLog",
    })
    void aKnownBugIsCaught(Flaw flaw, String caughtBy) {
        flaw.runWith(() -> {
            Finding finding = null;
            for (long seed = 0; finding == null && seed < SEEDS_UNTIL_CAUGHT_MAX; seed++) {
                finding = CoreSimulation.run(seed);
            }
            assertThat(finding).as("what catches %s", flaw).isNotNull();
            assertThat(caughtBy.split(" ")).contains(finding.invariant());
        });
    }
}
