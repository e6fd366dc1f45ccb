package io.concordkv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Flaw;
import io.concordkv.simulation.core.CoreSimulation;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every known bug that is put back is caught by the seed that caught it when the search was run. After a change
/// that gives seeds other meanings, `concord simulate --known-bugs` finds the new ones.
@Tag("simulation")
class KnownBugsTest {
    private static final Map<Flaw, Long> STORED = KnownBugs.stored();

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void isCaughtByItsSeed(Flaw flaw) {
        assertThat(STORED).containsKey(flaw);
        long seed = STORED.get(flaw);
        KnownBugs.Catch result = KnownBugs.hunt(flaw, seed, seed);

        assertThat(result.isCaught()).as("%s by seed %d", flaw, seed).isTrue();
    }

    /// A seed that finds something without any bug put back would prove nothing.
    @Test
    void theSeedsOfTheCoreFindNothingByThemselves() {
        Map<Flaw, Object> found = new EnumMap<>(Flaw.class);
        STORED.forEach((flaw, seed) -> {
            var finding = CoreSimulation.run(seed);
            if (finding != null) {
                found.put(flaw, finding);
            }
        });
        assertThat(found).isEmpty();
    }
}
