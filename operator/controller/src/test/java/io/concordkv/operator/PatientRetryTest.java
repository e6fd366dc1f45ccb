package io.concordkv.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How long a cluster waits after a pass that failed.
class PatientRetryTest {
    @Test
    void waitsGrowFromHalfASecondTo15SecondsAndNeverEnd() {
        var execution = new PatientRetry().initExecution();
        assertThat(IntStream.range(0, 4).mapToObj(_ -> execution.nextDelay().orElseThrow()))
                .containsExactly(500L, 500L, 750L, 1_125L);
        var later = IntStream.range(0, 100).mapToObj(_ -> execution.nextDelay()).toList();
        assertThat(later.getLast()).hasValue(15_000L);
    }
}
