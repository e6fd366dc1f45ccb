package io.concordkv.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.bench.Allocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bounds that the README states, in bytes.
class StepAllocationTest {
    @ParameterizedTest
    @CsvSource({"1, 2600", "16, 3300", "128, 9000"})
    void aProposalStaysBelowItsBound(int entries, long bound) throws Exception {
        CoreStep core = new CoreStep();
        core.entries = entries;
        assertThat(Allocation.bytesPerCall(5_000, core::proposal)).isBetween(1L, bound);
    }

    @ParameterizedTest
    @CsvSource({"1, 2700", "16, 40000", "128, 320000"})
    void aSliceOfPutsStaysBelowItsBound(int entries, long bound) throws Exception {
        ApplyStep apply = new ApplyStep();
        apply.entries = entries;
        assertThat(Allocation.bytesPerCall(40_000 / entries, apply::slice)).isBetween(1L, bound);
    }
}
