package io.concordkv.bench.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.bench.Allocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bounds that the README states, in bytes.
class LogAllocationTest {
    @ParameterizedTest
    @CsvSource({"1, 1900", "16, 9300", "128, 65000"})
    void aFrameStaysBelowItsBound(int records, long bound) throws Exception {
        LogWriting log = new LogWriting();
        log.records = records;
        assertThat(Allocation.bytesPerCall(40_000 / records, log::frame)).isBetween(1L, bound);
    }
}
