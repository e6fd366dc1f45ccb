package io.concordkv.operator.lead;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.lead.Election.Seen;
import io.concordkv.operator.lead.Election.Step;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Two operators and one lease, on a clock of the test's own.
class ElectionTest {
    private long now = 1_000;
    private final Election mine = new Election("me", () -> now);

    @Test
    void whoCreatesTheLeaseActsForTenSecondsAndRenewsIt() {
        assertThat(mine.isHeld()).isFalse();
        assertThat(mine.next(Optional.empty())).isEqualTo(Step.CREATE);
        mine.written(now);
        assertThat(mine.isHeld()).isTrue();

        pass(Election.ACTS_FOR.minusMillis(1));
        assertThat(mine.isHeld()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(mine.isHeld()).isFalse();

        assertThat(mine.next(lease("me", "1"))).isEqualTo(Step.RENEW);
        mine.written(now);
        assertThat(mine.isHeld()).isTrue();
    }

    @Test
    void whoWaitsTakesALeaseItHasSeenUnchangedForFifteenSeconds() {
        assertThat(mine.next(lease("other", "1"))).isEqualTo(Step.WAIT);
        pass(Election.LASTS.minusMillis(1));
        assertThat(mine.next(lease("other", "2"))).isEqualTo(Step.WAIT);
        pass(Election.LASTS.minusMillis(1));
        assertThat(mine.next(lease("other", "2"))).isEqualTo(Step.WAIT);
        pass(Duration.ofMillis(1));
        assertThat(mine.next(lease("other", "2"))).isEqualTo(Step.TAKE);
    }

    @Test
    void aLeaseThatWasGivenBackIsTakenAtOnce() {
        assertThat(mine.next(lease(null, "7"))).isEqualTo(Step.TAKE);
    }

    @Test
    void anApiServerThatWasAwayChangesNoLeader() {
        var other = new Election("other", () -> now);
        other.written(now);
        assertThat(mine.next(lease("other", "1"))).isEqualTo(Step.WAIT);

        pass(Duration.ofMinutes(1));
        mine.unseen();
        other.unseen();
        assertThat(other.isHeld()).as("it does nothing meanwhile").isFalse();

        assertThat(mine.next(lease("other", "1"))).isEqualTo(Step.WAIT);
        assertThat(other.next(lease("other", "1"))).isEqualTo(Step.RENEW);
        other.written(now);
        assertThat(other.isHeld()).isTrue();
    }

    @Test
    void whoFindsItsLeaseInOtherHandsHasLostForEver() {
        mine.written(now);
        pass(Duration.ofMinutes(1));
        assertThat(mine.next(lease("other", "5"))).isEqualTo(Step.LOST);
        assertThat(mine.isHeld()).isFalse();
    }

    @Test
    void whoEndsDoesNothingAnyMore() {
        mine.written(now);
        mine.giveUp();
        assertThat(mine.isHeld()).isFalse();
    }

    @Test
    void whoEndsAndStillRenewsTheLeaseDoesNothingAllTheSame() {
        mine.written(now);
        mine.giveUp();
        assertThat(mine.next(lease("me", "2"))).isEqualTo(Step.RENEW);
        mine.written(now);
        assertThat(mine.isHeld()).isFalse();
    }

    @Test
    void whoGetsNoAnswerForAMinuteIsCutOffUntilTheNextOne() {
        assertThat(mine.isCutOff()).isFalse();
        pass(Election.OF_USE_FOR);
        assertThat(mine.isCutOff()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(mine.isCutOff()).isTrue();
        mine.answered();
        assertThat(mine.isCutOff()).isFalse();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Optional<Seen> lease(@Nullable String holder, String version) {
        return Optional.of(new Seen(holder, version, Election.LASTS));
    }
}
