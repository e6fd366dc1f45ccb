package io.concordkv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Flaw;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every known bug that is put back must be caught.
@Tag("simulation")
class KnownBugsTest {
    @ParameterizedTest
    @EnumSource(Flaw.class)
    void isCaught(Flaw flaw) {
        KnownBugs.Catch result = KnownBugs.hunt(flaw);

        assertThat(result.isCaught()).as("%s", flaw).isTrue();
    }
}
