package io.concordkv.raft;

import io.concordkv.base.EntryKind;
import io.concordkv.base.Flaw;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One term of leading: appends, sends, counts, commits. Made when the election is won, thrown away when
/// leadership ends.
final class Leadership {
    private static final byte[] NOTHING = new byte[0];

    private final GroupState group;
    private final ReadRounds rounds;
    private final Replicator replicator;
    private final Heartbeats heartbeats;
    private final Membership membership;
    private FollowerProgress[] followers;

    /// Index of the first entry of this term, a no-op. Only from here on does counting commit (§5.4.2).
    private final long termStart;

    private long uncommittedBytes;
    private long quorumCheckAt;
    private @Nullable Transfer transfer;
    private boolean over;

    Leadership(GroupState group, ReadRounds rounds) {
        this.group = group;
        this.rounds = rounds;
        replicator = new Replicator(group);
        membership = new Membership(group);
        followers = followersOf(new FollowerProgress[0], group.log.lastIndex() + 1);
        heartbeats = new Heartbeats(group, rounds);
        termStart = group.log.lastIndex() + 1;
        quorumCheckAt = followers.length == 0 ? Long.MAX_VALUE : group.now + group.options.electionTimeoutNanos();
        append(List.of(new LogEntry(group.term, termStart, EntryKind.NOOP, NOTHING)));
    }

    /// This replica must stop leading: no quorum was heard, or it is not a voter any more.
    boolean isOver() {
        return over;
    }

    boolean isTransferring() {
        return transfer != null;
    }

    long deadline() {
        long earliest = Math.min(quorumCheckAt, transfer == null ? Long.MAX_VALUE : transfer.deadline());
        for (FollowerProgress follower : followers) {
            earliest = Math.min(earliest, heartbeats.dueAt(follower));
        }
        return earliest;
    }

    List<Progress> progress() {
        return Arrays.stream(followers).map(FollowerProgress::snapshot).toList();
    }

    void propose(List<byte[]> payloads) {
        if (transfer != null) {
            group.outbox.add(new Effect.ProposalRefused(Refusal.TRANSFERRING));
            return;
        }
        Invariant.check(!payloads.isEmpty(), "nothing is proposed");
        long bytes = 0;
        for (int i = 0; i < payloads.size(); i++) {
            bytes += payloads.get(i).length + LogEntry.OVERHEAD_BYTES;
        }
        if (uncommittedBytes > 0 && uncommittedBytes + bytes > group.options.uncommittedBytesMax()) {
            group.outbox.add(new Effect.ProposalRefused(Refusal.TOO_MUCH_UNCOMMITTED));
            return;
        }
        long first = group.log.lastIndex() + 1;
        var entries = new LogEntry[payloads.size()];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new LogEntry(group.term, first + i, EntryKind.COMMAND, payloads.get(i));
        }
        group.outbox.add(new Effect.Proposed(first, entries.length));
        append(Collections.unmodifiableList(Arrays.asList(entries)));
    }

    void hashState() {
        if (transfer == null) {
            append(List.of(new LogEntry(group.term, group.log.lastIndex() + 1, EntryKind.STATE_HASH, NOTHING)));
        }
    }

    void change(List<Member> wanted, long expectedIndex) {
        var refusal = transfer != null
                ? ChangeRefusal.TRANSFERRING
                : membership.refusal(wanted, expectedIndex, termStart, this::find);
        if (refusal != null) {
            group.outbox.add(new Effect.ChangeRefused(refusal));
            return;
        }
        group.outbox.add(new Effect.ChangeProposed(group.log.lastIndex() + 1));
        append(List.of(membership.entry(wanted)));
        if (Flaw.JOINT_LEFT_BEFORE_COMMIT.isOn() && isJoint()) {
            append(List.of(membership.leaving()));
        }
    }

    private boolean isJoint() {
        return group.configurations.newest().configuration().isJoint();
    }

    void read() {
        group.outbox.add(new Effect.ReadOpened(rounds.open()));
        askIfPossible();
    }

    void tick() {
        if (transfer != null && group.now >= transfer.deadline()) {
            endTransfer(false);
        }
        if (group.now >= quorumCheckAt) {
            checkQuorum();
        }
        boolean beaten = false;
        for (FollowerProgress follower : followers) {
            if (!over && group.now >= heartbeats.dueAt(follower)) {
                if (!beaten) {
                    rounds.beat(group.now);
                    beaten = true;
                }
                heartbeats.send(follower);
                tellTarget(follower);
            }
        }
    }

    boolean hasCommittedInTerm() {
        return group.log.commit() >= termStart;
    }

    /// Since a quorum answered what was sent then, nobody else committed anything before: who is elected
    /// after it needs one of them. [ReadRounds#NEVER] before an entry of this term is committed.
    long confirmedAt(long now) {
        return hasCommittedInTerm()
                ? group.voters().reachedByQuorum(replica -> confirmedAt(replica, now))
                : ReadRounds.NEVER;
    }

    private long confirmedAt(ReplicaId replica, long now) {
        var follower = find(replica);
        if (follower == null) {
            return now;
        }
        return follower.isLost() ? ReadRounds.NEVER : follower.confirmedAt;
    }

    void persisted() {
        advanceCommit();
    }

    void answered(ReplicaId from, PeerMessage.AppendReply reply) {
        var follower = find(from);
        if (follower == null || follower.isLost()) {
            return;
        }
        follower.heardAt = group.now;
        if (reply.accepted()) {
            Invariant.check(
                    reply.matchIndex() <= group.log.lastIndex(),
                    "%s acknowledges %d beyond the log's end",
                    from,
                    reply.matchIndex());
            if (follower.accepted(reply.matchIndex(), group.log.compacted().index(), group.now)) {
                advanceCommit();
                heartbeats.commitMoved(follower);
                tellTarget(follower);
            }
        } else {
            follower.rejected(reply.matchIndex(), afterHint(reply.hint()));
            if (Flaw.HINT_TAKEN_AS_MATCH.isOn()) {
                long hinted = Math.min(reply.hint().index(), group.log.lastIndex());
                follower.accepted(hinted, group.log.compacted().index(), group.now);
                advanceCommit();
            }
        }
        replicator.replicate(follower);
    }

    void answered(ReplicaId from, PeerMessage.HeartbeatReply reply) {
        var follower = find(from);
        if (follower == null || follower.isLost()) {
            return;
        }
        if (reply.hasLost()) {
            lost(follower, reply);
            return;
        }
        heard(follower, reply);
        if (follower.state == FollowerState.PROBE) {
            replicator.probe(follower);
        } else if (follower.match < group.log.lastIndex()) {
            replicator.replicate(follower);
            // Nothing moved for a while: the last append may be lost.
            if (group.now - follower.movedAt >= group.options.heartbeatNanos()) {
                replicator.probe(follower);
            }
        }
    }

    /// Takes an answer after which nothing is to be done; false when it was not taken.
    boolean heard(ReplicaId from, PeerMessage.HeartbeatReply reply, long now) {
        var follower = find(from);
        boolean busy = rounds.isAsking() || reply.hasLost();
        if (busy || follower == null || !follower.hasAllOf(group.log.lastIndex())) {
            return false;
        }
        group.now = now;
        heard(follower, reply);
        return true;
    }

    private void heard(FollowerProgress follower, PeerMessage.HeartbeatReply reply) {
        follower.heardAt = group.now;
        follower.waiting = false;
        long sentAt = Flaw.BOUND_MEASURED_FROM_RECEIPT.isOn() ? group.now : rounds.sentAt(reply.round());
        follower.confirmedAt = Math.max(follower.confirmedAt, sentAt);
        acknowledgeRound(follower, reply.round());
    }

    /// What it says it has lost is what this leader said it acknowledged, so a late or repeated answer proves
    /// as much as a fresh one.
    private void lost(FollowerProgress follower, PeerMessage.HeartbeatReply reply) {
        follower.lose();
        group.outbox.add(new Effect.AcknowledgedLost(follower.replica, reply.acknowledged(), reply.last()));
        if (transfer != null && transfer.to().equals(follower.replica)) {
            endTransfer(false);
        }
    }

    /// A node frame proves nothing about this group (SAFETY R9); only the known bug believes it does.
    void frameAcknowledged(ReplicaId peer) {
        var follower = find(peer);
        if (Flaw.NODE_FRAME_TAKEN_AS_READ_ROUND.isOn() && follower != null && !follower.isLost()) {
            acknowledgeRound(follower, rounds.asked());
        }
    }

    void fetched(ReplicaId to, List<LogEntry> entries) {
        var follower = find(to);
        if (follower != null) {
            replicator.fetched(follower, entries);
        }
    }

    void fetchFailed(ReplicaId to) {
        var follower = find(to);
        if (follower != null && follower.fetching) {
            follower.fetching = false;
            pause(follower);
        }
    }

    void snapshotSent(ReplicaId to, LogPosition position) {
        var follower = find(to);
        if (follower != null && follower.state == FollowerState.SNAPSHOT) {
            long next = Math.min(position.index(), group.log.lastIndex()) + 1;
            if (Flaw.SNAPSHOT_TAKEN_FOR_THE_WHOLE_LOG.isOn()) {
                follower.match = group.log.lastIndex();
                next = follower.match + 1;
            }
            follower.become(FollowerState.PROBE, Math.max(follower.match + 1, next));
            replicator.probe(follower);
        }
    }

    void snapshotFailed(ReplicaId to) {
        var follower = find(to);
        if (follower != null && follower.state == FollowerState.SNAPSHOT) {
            follower.snapshotFrom = group.now + group.options.electionTimeoutNanos();
            pause(follower);
        }
    }

    void unreachable(ReplicaId peer) {
        var follower = find(peer);
        if (follower != null && follower.state == FollowerState.REPLICATE) {
            follower.become(FollowerState.PROBE, follower.match + 1);
        }
    }

    void transfer(ReplicaId to) {
        var follower = find(to);
        if (transfer != null && transfer.to().equals(to)) {
            return;
        }
        endTransfer(false);
        if (follower == null || !follower.voter || follower.isLost()) {
            group.outbox.add(new Effect.TransferEnded(to, false));
            return;
        }
        transfer = new Transfer(to, group.now + group.options.electionTimeoutNanos(), false);
        tellTarget(follower);
    }

    /// Leadership is over: gives up what only a leader can finish.
    void close() {
        if (!Flaw.READ_ROUND_KEPT_OVER_TERM.isOn() && rounds.abort()) {
            group.outbox.add(new Effect.ReadsAborted(Refusal.LEADERSHIP_LOST));
        }
        endTransfer(transfer != null && transfer.told());
    }

    private void append(List<LogEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            uncommittedBytes += entries.get(i).bytes();
        }
        if (group.append(entries)) {
            reconfigure();
        }
        for (FollowerProgress follower : followers) {
            replicator.replicate(follower);
        }
    }

    /// The newest configuration counts from now on (SAFETY R5): whom to send to, and whom to count.
    private void reconfigure() {
        boolean alone = followers.length == 0;
        followers = followersOf(followers, group.log.lastIndex());
        if (alone) {
            quorumCheckAt = group.now + group.options.electionTimeoutNanos();
        }
        if (transfer != null && !isVoter(transfer.to())) {
            endTransfer(false);
        }
        if (rounds.isAsking()) {
            askFollowers();
        }
    }

    private boolean isVoter(ReplicaId replica) {
        var follower = find(replica);
        return follower != null && follower.voter;
    }

    private void advanceCommit() {
        var log = group.log;
        long agreed = Flaw.LEARNER_COUNTED_FOR_COMMIT.isOn()
                ? reachedWithLearners(this::matchOf)
                : group.voters().reachedByQuorum(this::matchOf);
        if (agreed <= log.commit() || (agreed < termStart && !Flaw.OLD_TERM_COMMITTED_BY_COUNTING.isOn())) {
            return;
        }
        for (long index = Math.max(log.commit() + 1, termStart); index <= agreed; index++) {
            uncommittedBytes -= log.cache().get(index).bytes();
        }
        log.commitTo(agreed);
        for (FollowerProgress follower : followers) {
            heartbeats.commitMoved(follower);
        }
        askIfPossible();
        if (membership.mustLeave()) {
            append(List.of(membership.leaving()));
        } else if (log.commit() >= group.configurations.newest().index()
                && !group.voters().contains(group.self)) {
            handOver();
        }
    }

    /// Led on until the configuration without it was committed (SAFETY R5): the voter that is furthest goes on.
    private void handOver() {
        over = true;
        FollowerProgress best = null;
        for (FollowerProgress follower : followers) {
            if (follower.voter && !follower.isLost() && (best == null || follower.match > best.match)) {
                best = follower;
            }
        }
        if (best != null) {
            group.outbox.send(best.replica, new PeerMessage.TimeoutNow(group.term));
        }
    }

    /// A new round may start once an entry of this term is committed: before, the commit index may be old.
    private void askIfPossible() {
        boolean mayAsk = hasCommittedInTerm() || Flaw.READ_BEFORE_OWN_TERM_COMMITTED.isOn();
        if (rounds.mayAsk() && mayAsk) {
            rounds.ask(group.log.commit(), group.now);
            askFollowers();
            confirmIfAgreed();
        }
    }

    private void askFollowers() {
        for (FollowerProgress follower : followers) {
            if (follower.voter) {
                heartbeats.send(follower);
            }
        }
    }

    private void acknowledgeRound(FollowerProgress follower, long round) {
        follower.roundAcknowledged =
                Flaw.STALE_READ_ROUND.isOn() ? rounds.asked() : Math.max(follower.roundAcknowledged, round);
        if (rounds.isAsking()) {
            confirmIfAgreed();
        }
    }

    private void confirmIfAgreed() {
        long reached = Flaw.LEARNER_COUNTED_FOR_READ.isOn()
                ? reachedWithLearners(this::roundOf)
                : group.voters().reachedByQuorum(this::roundOf);
        if (reached >= rounds.asked()) {
            group.outbox.add(new Effect.ReadConfirmed(rounds.asked(), rounds.askedCommit()));
            rounds.confirmed();
            askIfPossible();
        }
    }

    private void checkQuorum() {
        long heard = group.voters().reachedByQuorum(this::heardOf);
        quorumCheckAt = heard + group.options.electionTimeoutNanos();
        over |= group.now >= quorumCheckAt;
    }

    /// The transfer target may campaign as soon as it has the whole log; told again with each heartbeat.
    private void tellTarget(FollowerProgress follower) {
        if (transfer != null && transfer.to().equals(follower.replica) && follower.match == group.log.lastIndex()) {
            group.outbox.send(follower.replica, new PeerMessage.TimeoutNow(group.term));
            transfer = transfer.afterTelling();
        }
    }

    private void endTransfer(boolean handedOver) {
        if (transfer != null) {
            group.outbox.add(new Effect.TransferEnded(transfer.to(), handedOver));
            transfer = null;
        }
    }

    private void pause(FollowerProgress follower) {
        follower.become(FollowerState.PROBE, follower.next);
        follower.waiting = true;
    }

    private long afterHint(LogPosition hint) {
        return hint.index() < group.log.compacted().index()
                ? hint.index() + 1
                : group.log.lastPositionUpTo(hint.term(), hint.index()).index() + 1;
    }

    private long matchOf(ReplicaId replica) {
        if (replica.equals(group.self)) {
            return Flaw.LEADER_COUNTS_ITSELF_BEFORE_SYNC.isOn() ? group.log.lastIndex() : group.log.durableIndex();
        }
        if (Flaw.REMOVED_LEADER_COUNTS_ITSELF.isOn()
                && !group.voters().contains(group.self)
                && replica.equals(group.voters().all().getFirst())) {
            return group.log.durableIndex();
        }
        var follower = find(replica);
        return follower == null || follower.isLost() ? 0 : follower.match;
    }

    /// The known bug: as many copies as a quorum of voters has, whoever holds them.
    private long reachedWithLearners(Voters.NumberOf number) {
        var numbers = new ArrayList<Long>(List.of(number.of(group.self)));
        for (FollowerProgress follower : followers) {
            numbers.add(number.of(follower.replica));
        }
        numbers.sort(java.util.Comparator.reverseOrder());
        return numbers.get(group.voters().all().size() / 2);
    }

    private long roundOf(ReplicaId replica) {
        var follower = find(replica);
        if (follower == null) {
            return Long.MAX_VALUE;
        }
        return follower.isLost() ? 0 : follower.roundAcknowledged;
    }

    private long heardOf(ReplicaId replica) {
        var follower = find(replica);
        return follower == null ? group.now : follower.heardAt;
    }

    private @Nullable FollowerProgress find(ReplicaId replica) {
        for (FollowerProgress follower : followers) {
            if (follower.replica.value() == replica.value()) {
                return follower;
            }
        }
        return null;
    }

    /// Everybody else of the newest configuration; who was there before is known as before.
    ///
    /// @param next what those who are new are sent first
    private FollowerProgress[] followersOf(FollowerProgress[] before, long next) {
        var configuration = group.configurations.newest().configuration();
        var present = new ArrayList<FollowerProgress>();
        var everyone = new ArrayList<>(configuration.members());
        everyone.addAll(configuration.outgoing());
        for (Member member : everyone) {
            var replica = member.replica();
            if (replica.equals(group.self) || present.stream().anyMatch(f -> f.replica.equals(replica))) {
                continue;
            }
            boolean voter = configuration.isVoter(replica);
            var follower = Arrays.stream(before)
                    .filter(it -> it.replica.equals(replica))
                    .findFirst()
                    .orElseGet(() -> new FollowerProgress(replica, voter, next, group.options, group.now));
            follower.voter = voter;
            present.add(follower);
        }
        return present.toArray(FollowerProgress[]::new);
    }
}
