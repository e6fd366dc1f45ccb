package io.concordkv.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.concordkv.base.EntryKind;
import io.concordkv.base.InvariantViolation;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RaftCoreTest {
    private static final ReplicaId SELF = new ReplicaId(3);
    private static final ReplicaId ONE = new ReplicaId(1);
    private static final ReplicaId TWO = new ReplicaId(2);
    private static final long MILLI = 1_000_000;

    private RaftCore core = new RaftCore(RaftOptions.DEFAULT, SELF, RecoveredState.empty(voters(3)), 1, 0);
    private long now;

    @Nested
    class AsynchronousWrites {
        @Test
        void anEntryThatIsOverwrittenAndComesBackIsDurableOnlyThroughItsLastWrite() {
            // Three leaders; the third brings back what the first one wrote.
            receive(ONE, append(1, LogPosition.BEFORE_FIRST, 0, entry(1, 1)));
            receive(TWO, append(2, LogPosition.BEFORE_FIRST, 0, entry(2, 1)));
            receive(ONE, append(3, LogPosition.BEFORE_FIRST, 1, entry(1, 1)));

            step(new Input.Persisted(1));
            assertThat(core.durableIndex()).isZero();
            var effects = step(new Input.Persisted(3));

            assertThat(core.durableIndex()).isEqualTo(1);
            assertThat(effects).containsExactly(new Effect.Apply(1, 1));
        }

        @Test
        void everyChangeOfAStepIsOnePersistAtItsHead() {
            receive(ONE, append(1, LogPosition.BEFORE_FIRST, 0, entry(1, 1), entry(1, 2)));

            var effects = receive(TWO, append(2, new LogPosition(1, 1), 0, entry(2, 2)));

            assertThat(effects.getFirst()).isInstanceOfSatisfying(Effect.Persist.class, persist -> {
                assertThat(persist.truncateAfter()).isEqualTo(1);
                assertThat(persist.entries()).containsExactly(entry(2, 2));
                assertThat(persist.hardState()).isEqualTo(new HardState(2, ReplicaId.NONE, 0));
            });
            assertThat(effects).filteredOn(Effect.Persist.class::isInstance).hasSize(1);
        }

        @Test
        void anAcknowledgementWaitsForTheWriteItSpeaksOf() {
            var effects = receive(ONE, append(1, LogPosition.BEFORE_FIRST, 0, entry(1, 1)));
            assertThat(sent(effects).afterPersistId()).isEqualTo(1);

            // A repetition of something still being written waits too.
            effects = receive(ONE, append(1, LogPosition.BEFORE_FIRST, 0, entry(1, 1)));
            assertThat(sent(effects).afterPersistId()).isEqualTo(1);

            step(new Input.Persisted(1));
            effects = receive(ONE, append(1, LogPosition.BEFORE_FIRST, 0, entry(1, 1)));
            assertThat(sent(effects).afterPersistId()).isZero();
        }
    }

    @Nested
    class Votes {
        @Test
        void oneATermAndTheSameAgain() {
            assertThat(reply(receive(ONE, new PeerMessage.Vote(1, LogPosition.BEFORE_FIRST, false))))
                    .isEqualTo(new PeerMessage.VoteReply(1, true));
            assertThat(reply(receive(TWO, new PeerMessage.Vote(1, LogPosition.BEFORE_FIRST, false))))
                    .isEqualTo(new PeerMessage.VoteReply(1, false));
            assertThat(reply(receive(ONE, new PeerMessage.Vote(1, LogPosition.BEFORE_FIRST, false))))
                    .isEqualTo(new PeerMessage.VoteReply(1, true));
        }

        @Test
        void notForAShorterLog() {
            receive(ONE, append(1, LogPosition.BEFORE_FIRST, 0, entry(1, 1)));
            now += 2_000 * MILLI;

            assertThat(reply(receive(TWO, new PeerMessage.Vote(2, LogPosition.BEFORE_FIRST, false))))
                    .isEqualTo(new PeerMessage.VoteReply(2, false));
        }

        @Test
        void aCandidateOutsideTheConfigurationIsAnsweredLikeAnyOther() {
            var stranger = new ReplicaId(77);

            assertThat(reply(receive(stranger, new PeerMessage.Vote(1, LogPosition.BEFORE_FIRST, false))))
                    .isEqualTo(new PeerMessage.VoteReply(1, true));
        }

        @Test
        void whileALeaderIsHeardNobodyElseGetsOne() {
            receive(ONE, new PeerMessage.Heartbeat(1, 0, 0, 0));
            now += 999 * MILLI;

            var effects = receive(TWO, new PeerMessage.Vote(5, new LogPosition(4, 9), false));

            assertThat(reply(effects)).isEqualTo(new PeerMessage.VoteReply(1, false));
            assertThat(core.term()).isEqualTo(1);
        }

        @Test
        void exceptForATransferAndForTheLeaderItself() {
            receive(ONE, new PeerMessage.Heartbeat(1, 0, 0, 0));

            assertThat(reply(receive(ONE, new PeerMessage.PreVote(2, LogPosition.BEFORE_FIRST))))
                    .isEqualTo(new PeerMessage.PreVoteReply(2, true));
            assertThat(reply(receive(TWO, new PeerMessage.Vote(2, LogPosition.BEFORE_FIRST, true))))
                    .isEqualTo(new PeerMessage.VoteReply(2, true));
        }

        @Test
        void aPreVoteChangesNeitherTermNorTimer() {
            receive(ONE, new PeerMessage.Heartbeat(1, 0, 0, 0));
            long deadline = core.nextDeadline();
            now += 1_000 * MILLI;

            var effects = receive(TWO, new PeerMessage.PreVote(9, new LogPosition(8, 8)));

            assertThat(effects).hasSize(1);
            assertThat(core.term()).isEqualTo(1);
            assertThat(core.nextDeadline()).isEqualTo(deadline);
        }

        @Test
        void aRefusedPreVoteFromAHigherTermIsFollowed() {
            // Otherwise a longer log at a lower term and a shorter one at a higher term wait for ever.
            tick();
            receive(ONE, new PeerMessage.PreVoteReply(7, false));

            assertThat(core.term()).isEqualTo(7);
            assertThat(core.role()).isEqualTo(Role.FOLLOWER);
            assertThat(core.nextDeadline() - now).isBetween(0L, 300 * MILLI);
        }
    }

    @Nested
    class Waiting {
        @Test
        void anElectionTimeoutIsBetweenOneAndTwoSecondsInTheOrderOfRanks() {
            for (long seed = 0; seed < 100; seed++) {
                long rank = 0;
                for (long id = 1; id <= 5; id++) {
                    var replica = new RaftCore(
                            RaftOptions.DEFAULT, new ReplicaId(id), RecoveredState.empty(voters(5)), seed, 0);
                    replica.step(new Input.Received(new ReplicaId(9), new PeerMessage.Heartbeat(1, 0, 0, 0)), 0);
                    long wait = replica.nextDeadline() / MILLI;
                    assertThat(wait).isBetween(1_000 + rank * 100, 1_100 + rank * 100);
                    rank++;
                }
            }
        }

        @Test
        void aLostVoteIsTriedAgainSoon() {
            tick();
            receive(ONE, new PeerMessage.PreVoteReply(0, false));

            assertThat(core.nextDeadline() - now).isBetween(50 * MILLI, 300 * MILLI);
        }

        @Test
        void aReluctantReplicaLetsEverybodyGoFirst() {
            receive(ONE, new PeerMessage.Heartbeat(1, 0, 0, 0));
            step(new Input.SetReluctant(true));
            assertThat(core.nextDeadline()).isBetween(1_500 * MILLI, 1_600 * MILLI);

            step(new Input.SetReluctant(false));
            assertThat(core.nextDeadline()).isBetween(1_200 * MILLI, 1_300 * MILLI);
        }

        @Test
        void aNodeFrameResetsTheTimerOfItsTermAndNothingElse() {
            receive(ONE, new PeerMessage.Heartbeat(1, 0, 0, 0));
            now += 500 * MILLI;

            assertThat(step(new Input.LeaderAlive(ONE, 1))).isEmpty();
            assertThat(core.nextDeadline()).isGreaterThanOrEqualTo(1_500 * MILLI);
            long deadline = core.nextDeadline();
            now += 100 * MILLI;
            assertThat(step(new Input.LeaderAlive(TWO, 1))).isEmpty();
            assertThat(step(new Input.LeaderAlive(ONE, 2))).isEmpty();
            assertThat(step(new Input.LeaderAlive(ONE, 0))).isEmpty();
            assertThat(core.nextDeadline()).isEqualTo(deadline);
            assertThat(core.term()).isEqualTo(1);
        }

        @Test
        void aLearnerNeverCampaigns() {
            var members = new ArrayList<>(voters(2).members());
            members.add(new Member(SELF, new NodeId(3), MemberRole.LEARNER));
            core = new RaftCore(RaftOptions.DEFAULT, SELF, RecoveredState.empty(Configuration.of(members)), 1, 0);

            assertThat(core.nextDeadline()).isEqualTo(Long.MAX_VALUE);
            now += 10_000 * MILLI;
            assertThat(step(new Input.Tick())).isEmpty();
            receive(ONE, new PeerMessage.TimeoutNow(0));
            assertThat(core.role()).isEqualTo(Role.FOLLOWER);
        }
    }

    @Nested
    class LowerTerms {
        @Test
        void aDeposedLeaderLearnsOfItFromEveryAnswer() {
            receive(ONE, new PeerMessage.Heartbeat(6, 0, 0, 0));

            assertThat(reply(receive(TWO, append(4, LogPosition.BEFORE_FIRST, 0)))
                            .term())
                    .isEqualTo(6);
            assertThat(reply(receive(TWO, new PeerMessage.Heartbeat(4, 0, 0, 0)))
                            .term())
                    .isEqualTo(6);
            assertThat(reply(receive(TWO, new PeerMessage.Vote(4, LogPosition.BEFORE_FIRST, false)))
                            .term())
                    .isEqualTo(6);
            assertThat(reply(receive(TWO, new PeerMessage.PreVote(4, LogPosition.BEFORE_FIRST)))
                            .term())
                    .isEqualTo(6);
        }

        @Test
        void lateAnswersAreIgnored() {
            receive(ONE, new PeerMessage.Heartbeat(6, 0, 0, 0));

            assertThat(receive(TWO, new PeerMessage.AppendReply(4, true, 1, LogPosition.BEFORE_FIRST)))
                    .isEmpty();
            assertThat(receive(TWO, new PeerMessage.HeartbeatReply(4, 1, 0, 0))).isEmpty();
            assertThat(receive(TWO, new PeerMessage.TimeoutNow(4))).isEmpty();
        }
    }

    @Nested
    class Starting {
        @Test
        void commitIsTheLargerOfSavedAndApplied() {
            core = new RaftCore(RaftOptions.DEFAULT, SELF, recovered(3, 5, 8), 1, 0);
            assertThat(core.commitIndex()).isEqualTo(5);

            core = new RaftCore(RaftOptions.DEFAULT, SELF, recovered(7, 5, 8), 1, 0);
            assertThat(core.commitIndex()).isEqualTo(7);
            assertThat(step(new Input.LeaderAlive(ONE, 9))).containsExactly(new Effect.Apply(6, 7));
        }

        @Test
        void committedEntriesMustExist() {
            assertThatThrownBy(() -> new RaftCore(RaftOptions.DEFAULT, SELF, recovered(9, 5, 8), 1, 0))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("log ends at 8");
        }

        private RecoveredState recovered(long commit, long applied, long last) {
            return new RecoveredState(
                    2,
                    ReplicaId.NONE,
                    commit,
                    new LogPosition(1, 2),
                    voters(3),
                    0,
                    List.of(new LogPosition(2, 3)),
                    last,
                    List.of(),
                    applied);
        }
    }

    @Nested
    class HowFreshALeaderKnowsItIs {
        @Test
        void sinceTheHeartbeatsLeftThatAQuorumAnswered() {
            lead();
            assertThat(core.hasCommittedInTerm()).isFalse();
            assertThat(core.confirmedAt(now)).isEmpty();
            commitOwnEntry();
            assertThat(core.hasCommittedInTerm()).isTrue();
            assertThat(core.confirmedAt(now)).as("nothing was asked yet").isEmpty();

            now = core.nextDeadline();
            long sent = now;
            long beat = heartbeat(step(new Input.Tick())).round();
            now += 70 * MILLI;
            assertThat(core.confirmedAt(now)).isEmpty();
            receive(ONE, new PeerMessage.HeartbeatReply(1, beat, 0, 1));

            assertThat(core.confirmedAt(now)).as("one and itself").hasValue(sent);
        }

        @Test
        void aLateAnswerSaysNoMoreThanItDidThen() {
            lead();
            commitOwnEntry();
            now = core.nextDeadline();
            long first = now;
            long beat = heartbeat(step(new Input.Tick())).round();
            now = core.nextDeadline();
            assertThat(heartbeat(step(new Input.Tick())).round()).isGreaterThan(beat);

            receive(TWO, new PeerMessage.HeartbeatReply(1, beat, 0, 1));

            assertThat(core.confirmedAt(now)).hasValue(first);
        }

        @Test
        void aBeatDoesNotConfirmTheReadsThatWaitForTheNextRound() {
            lead();
            step(new Input.Read());
            now = core.nextDeadline();
            long beat = heartbeat(step(new Input.Tick())).round();
            assertThat(receive(ONE, new PeerMessage.HeartbeatReply(1, beat, 0, 0)))
                    .noneMatch(Effect.ReadConfirmed.class::isInstance);

            var asked = commitOwnEntry();

            long round = heartbeat(asked).round();
            assertThat(round).isGreaterThan(beat);
            assertThat(receive(ONE, new PeerMessage.HeartbeatReply(1, round, 0, 1)))
                    .contains(new Effect.ReadConfirmed(round, 1));
            assertThat(core.confirmedAt(now)).hasValue(now);
        }

        @Test
        void nobodyElseKnows() {
            receive(ONE, new PeerMessage.Heartbeat(1, 0, 0, 0));

            assertThat(core.confirmedAt(now)).isEmpty();
            assertThat(core.hasCommittedInTerm()).isFalse();
        }

        private void lead() {
            tick();
            receive(ONE, new PeerMessage.PreVoteReply(1, true));
            step(new Input.Persisted(1));
            receive(ONE, new PeerMessage.VoteReply(1, true));
            assertThat(core.role()).isEqualTo(Role.LEADER);
        }

        private List<Effect> commitOwnEntry() {
            step(new Input.Persisted(2));
            return receive(ONE, new PeerMessage.AppendReply(1, true, 1, LogPosition.BEFORE_FIRST));
        }

        private PeerMessage.Heartbeat heartbeat(List<Effect> effects) {
            return effects.stream()
                    .filter(it -> it instanceof Effect.Send send && send.message() instanceof PeerMessage.Heartbeat)
                    .map(it -> (PeerMessage.Heartbeat) ((Effect.Send) it).message())
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Nested
    class InstallingASnapshot {
        private final LogPosition position = new LogPosition(2, 9);

        @Test
        void aLogThatLacksThePositionStartsBehindIt() {
            receive(ONE, append(1, LogPosition.BEFORE_FIRST, 1, entry(1, 1), entry(1, 2)));
            assertThat(core.contains(position)).isFalse();

            var effects = step(new Input.SnapshotInstalled(position, voters(5), 4, ONE, 1, true));

            assertThat(core.firstIndex()).isEqualTo(10);
            assertThat(core.lastIndex()).isEqualTo(9);
            assertThat(core.commitIndex()).isEqualTo(9);
            assertThat(core.configuration()).isEqualTo(voters(5));
            assertThat(core.configurationAt(9).index()).isEqualTo(4);
            assertThat(((PeerMessage.AppendReply) reply(effects)).matchIndex()).isEqualTo(9);
            // What was being written before is gone and proves nothing.
            step(new Input.Persisted(1));
            assertThat(core.durableIndex()).isEqualTo(9);
            receive(ONE, append(1, position, 9, entry(2, 10)));
            assertThat(core.lastIndex()).isEqualTo(10);
        }

        @Test
        void aLogThatHasItKeepsWhatFollows() {
            receive(ONE, append(1, LogPosition.BEFORE_FIRST, 1, entry(1, 1), entry(1, 2), entry(1, 3)));
            var at = new LogPosition(1, 2);
            assertThat(core.contains(at)).isTrue();

            step(new Input.SnapshotInstalled(at, voters(3), 0, ReplicaId.NONE, 0, false));

            assertThat(core.lastIndex()).isEqualTo(3);
            assertThat(core.commitIndex()).isEqualTo(2);
        }

        @Test
        void neverBelowTheCommitIndex() {
            receive(ONE, append(1, LogPosition.BEFORE_FIRST, 2, entry(1, 1), entry(1, 2)));

            var older = new Input.SnapshotInstalled(new LogPosition(1, 1), voters(3), 0, ONE, 1, true);
            assertThatThrownBy(() -> step(older)).isInstanceOf(InvariantViolation.class);
        }
    }

    @Nested
    class BrokenPeers {
        @Test
        void twoLeadersInATermStopTheReplica() {
            receive(ONE, new PeerMessage.Heartbeat(1, 0, 0, 0));

            assertThatThrownBy(() -> receive(TWO, new PeerMessage.Heartbeat(1, 0, 0, 0)))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("two leaders in term 1");
        }

        @Test
        void aLeaderThatContradictsACommittedEntryStopsTheReplica() {
            receive(ONE, append(1, LogPosition.BEFORE_FIRST, 2, entry(1, 1), entry(1, 2)));
            core.step(new Input.Received(TWO, append(2, LogPosition.BEFORE_FIRST, 0, entry(2, 1))), now);
            assertThat(core.lastIndex()).isEqualTo(2);

            assertThatThrownBy(() -> receive(TWO, new PeerMessage.Heartbeat(2, 7, 0, 0)))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("beyond the log's end");
        }
    }

    private List<Effect> step(Input input) {
        return List.copyOf(core.step(input, now));
    }

    private List<Effect> receive(ReplicaId from, PeerMessage message) {
        return step(new Input.Received(from, message));
    }

    private void tick() {
        now = core.nextDeadline();
        step(new Input.Tick());
    }

    private static Effect.Send sent(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(Effect.Send.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static PeerMessage reply(List<Effect> effects) {
        return sent(effects).message();
    }

    private static PeerMessage.Append append(long term, LogPosition prev, long commit, LogEntry... entries) {
        return new PeerMessage.Append(term, prev, List.of(entries), commit);
    }

    private static final byte[] PAYLOAD = {1};

    private static LogEntry entry(long term, long index) {
        return new LogEntry(term, index, EntryKind.COMMAND, PAYLOAD);
    }

    private static Configuration voters(int count) {
        var members = new ArrayList<Member>();
        for (int i = 1; i <= count; i++) {
            members.add(new Member(new ReplicaId(i), new NodeId(i), MemberRole.VOTER));
        }
        return Configuration.of(members);
    }
}
