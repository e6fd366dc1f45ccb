package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.InvariantViolation;
import io.concordkv.base.LogPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

class TermBoundariesTest {
    /// Terms 2 2 2 5 5 7 at indexes 1 to 6.
    private final TermBoundaries boundaries =
            new TermBoundaries(List.of(new LogPosition(2, 1), new LogPosition(5, 4), new LogPosition(7, 6)));

    @Test
    void knowsTheTermOfEveryIndex() {
        assertThat(List.of(1L, 3L, 4L, 5L, 6L).stream().map(boundaries::termAt)).containsExactly(2L, 2L, 5L, 5L, 7L);
        assertThat(boundaries.termAt(0)).isEqualTo(-1);
    }

    @Test
    void findsWhereAnOlderTermCouldEnd() {
        assertThat(boundaries.lastIndexWithTermUpTo(7, 6)).isEqualTo(6);
        assertThat(boundaries.lastIndexWithTermUpTo(6, 6)).isEqualTo(5);
        assertThat(boundaries.lastIndexWithTermUpTo(5, 4)).isEqualTo(4);
        assertThat(boundaries.lastIndexWithTermUpTo(4, 6)).isEqualTo(3);
        assertThat(boundaries.lastIndexWithTermUpTo(1, 6)).isEqualTo(-1);
    }

    @Test
    void truncationForgetsLaterTerms() {
        boundaries.truncateAfter(4);
        boundaries.append(9, 5);

        assertThat(boundaries.termAt(4)).isEqualTo(5);
        assertThat(boundaries.termAt(5)).isEqualTo(9);
    }

    @Test
    void compactionKeepsTheRestOfATerm() {
        boundaries.compactTo(4, 6);

        assertThat(boundaries.termAt(4)).isEqualTo(-1);
        assertThat(boundaries.termAt(5)).isEqualTo(5);
        assertThat(boundaries.termAt(6)).isEqualTo(7);
    }

    @Test
    void compactionMayTakeEverything() {
        boundaries.compactTo(6, 6);
        boundaries.append(7, 7);

        assertThat(boundaries.termAt(6)).isEqualTo(-1);
        assertThat(boundaries.termAt(7)).isEqualTo(7);
    }

    @Test
    void manyTerms() {
        var many = new TermBoundaries(List.of());
        for (long i = 1; i <= 50; i++) {
            many.append(i * 2, i);
        }
        assertThat(many.termAt(37)).isEqualTo(74);
    }

    @Test
    void termsNeverDescend() {
        assertThatThrownBy(() -> boundaries.append(6, 7)).isInstanceOf(InvariantViolation.class);
    }
}
