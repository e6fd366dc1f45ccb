package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.ReplicaId;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FollowerProgressTest {
    private final FollowerProgress follower = new FollowerProgress(new ReplicaId(2), true, 10, RaftOptions.DEFAULT, 0);

    @Nested
    class WhileProbing {
        @Test
        void anAcceptedProbeStartsTheStream() {
            follower.waiting = true;

            assertThat(follower.accepted(9, 0, 1)).isTrue();

            assertThat(follower.state).isEqualTo(FollowerState.REPLICATE);
            assertThat(follower.next).isEqualTo(10);
            assertThat(follower.waiting).isFalse();
        }

        @Test
        void aRejectionTakesTheHint() {
            follower.rejected(9, 4);

            assertThat(follower.next).isEqualTo(4);
        }

        @Test
        void anAnswerToAnOlderProbeChangesNothing() {
            follower.waiting = true;

            follower.rejected(7, 2);

            assertThat(follower.next).isEqualTo(10);
            assertThat(follower.waiting).isTrue();
        }

        @Test
        void aHintNeverLeadsBelowWhatMatches() {
            follower.accepted(5, 0, 1);
            follower.become(FollowerState.PROBE, 10);

            follower.rejected(9, 2);

            assertThat(follower.next).isEqualTo(6);
        }
    }

    @Nested
    class WhileReplicating {
        @Test
        void aRejectionFallsBackToTheLastMatch() {
            follower.accepted(9, 0, 1);
            follower.next = 40;
            follower.inflight.add(39, 100);

            follower.rejected(30, 12);

            assertThat(follower.state).isEqualTo(FollowerState.PROBE);
            assertThat(follower.next).isEqualTo(10);
            assertThat(follower.inflight.isEmpty()).isTrue();
        }

        @Test
        void aLateRejectionOfSomethingAcknowledgedSinceIsIgnored() {
            follower.accepted(9, 0, 1);

            follower.rejected(8, 3);

            assertThat(follower.state).isEqualTo(FollowerState.REPLICATE);
        }
    }

    @Nested
    class WhileItNeedsASnapshot {
        @Test
        void onlyAnAnswerWithinTheLogEndsTheWait() {
            follower.become(FollowerState.SNAPSHOT, 1);

            follower.accepted(5, 20, 1);
            assertThat(follower.state).isEqualTo(FollowerState.SNAPSHOT);
            follower.accepted(20, 20, 2);
            assertThat(follower.state).isEqualTo(FollowerState.REPLICATE);
            assertThat(follower.next).isEqualTo(21);
        }
    }

    @Test
    void theWindowIsBoundedByMessagesAndByBytes() {
        var window = new Inflight(40, 1_000);
        for (int i = 1; i <= 40; i++) {
            assertThat(window.isFull()).isFalse();
            window.add(i, 10);
        }
        assertThat(window.isFull()).isTrue();
        window.answeredTo(38);
        window.add(41, 990);
        assertThat(window.isFull()).isTrue();
        window.answeredTo(41);
        assertThat(window.isEmpty()).isTrue();
    }
}
