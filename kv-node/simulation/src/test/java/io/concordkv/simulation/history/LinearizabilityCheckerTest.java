package io.concordkv.simulation.history;

import static io.concordkv.simulation.history.LinearizabilityChecker.Verdict.LINEARIZABLE;
import static io.concordkv.simulation.history.LinearizabilityChecker.Verdict.NOT_LINEARIZABLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {
    private static final long NEVER = Long.MAX_VALUE;

    private static Operation put(long from, long to, String value) {
        return new Operation(from, to, new Operation.Put(value));
    }

    private static Operation get(long from, long to, String value) {
        return new Operation(from, to, new Operation.Get(Optional.ofNullable(value)));
    }

    private static Operation delete(long from, long to, boolean deleted) {
        return new Operation(from, to, new Operation.Delete(Optional.of(deleted)));
    }

    @Test
    void aReadSeesTheLastWrite() {
        assertThat(LinearizabilityChecker.check(List.of(put(0, 1, "a"), get(2, 3, "a"))))
                .isEqualTo(LINEARIZABLE);
    }

    @Test
    void aReadThatMissesAnAcknowledgedWriteIsFound() {
        assertThat(LinearizabilityChecker.check(List.of(put(0, 1, "a"), get(2, 3, null))))
                .isEqualTo(NOT_LINEARIZABLE);
    }

    @Test
    void aStaleReadIsFound() {
        assertThat(LinearizabilityChecker.check(List.of(put(0, 1, "a"), put(2, 3, "b"), get(4, 5, "a"))))
                .isEqualTo(NOT_LINEARIZABLE);
    }

    @Test
    void concurrentWritesMayComeInAnyOrder() {
        assertThat(LinearizabilityChecker.check(List.of(put(0, 10, "a"), put(0, 10, "b"), get(11, 12, "a"))))
                .isEqualTo(LINEARIZABLE);
    }

    @Test
    void aWriteWithoutAnswerMayTakeEffectLater() {
        assertThat(LinearizabilityChecker.check(
                        List.of(put(0, NEVER, "a"), get(5, 6, null), get(7, 8, "a"), get(9, 10, "a"))))
                .isEqualTo(LINEARIZABLE);
    }

    @Test
    void aWriteWithoutAnswerTakesEffectOnce() {
        assertThat(LinearizabilityChecker.check(
                        List.of(put(0, NEVER, "a"), get(1, 2, "a"), put(3, 4, "b"), get(5, 6, "b"), get(7, 8, "a"))))
                .isEqualTo(NOT_LINEARIZABLE);
    }

    @Test
    void aDeleteMustHaveFoundWhatItDeleted() {
        assertThat(LinearizabilityChecker.check(List.of(delete(0, 1, true)))).isEqualTo(NOT_LINEARIZABLE);
        assertThat(LinearizabilityChecker.check(List.of(put(0, 1, "a"), delete(2, 3, true), get(4, 5, null))))
                .isEqualTo(LINEARIZABLE);
    }
}
