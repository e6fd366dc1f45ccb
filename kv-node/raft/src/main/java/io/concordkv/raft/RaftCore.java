package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One replica of one Raft group as a pure function of its inputs (Ongaro, "In Search of an
/// Understandable Consensus Algorithm", and thesis; PreVote and CheckQuorum always on).
///
/// Every [#step] returns the effects the owner must carry out in order. Storage is asynchronous: what was
/// persisted or applied comes back as an input, and messages that depend on it say which persist they
/// wait for. Time is the caller's monotonic nanoseconds. Not thread-safe.
public final class RaftCore {
    private final GroupState group;
    private final Election election;
    private final Followership followership;
    private final ReadRounds rounds = new ReadRounds();
    private @Nullable Leadership leadership;

    /// @param seed  the only source of chance
    /// @param now   monotonic nanoseconds, as in [#step]
    /// @throws io.concordkv.base.InvariantViolation when committed entries are missing from `state`
    public RaftCore(RaftOptions options, ReplicaId self, RecoveredState state, long seed, long now) {
        group = new GroupState(options, self, state, seed, now);
        election = new Election(group);
        followership = new Followership(group);
    }

    /// Takes one input. The returned list is valid until the next call.
    ///
    /// @param now monotonic nanoseconds, never less than before
    /// @throws io.concordkv.base.InvariantViolation when code or peers are broken; the replica must stop
    public List<Effect> step(Input input, long now) {
        group.now = now;
        group.outbox.begin();
        var role = group.role;
        long term = group.term;
        var leader = group.leader;
        perform(input);
        if (leadership != null && leadership.isOver()) {
            standDown();
        }
        if (group.role != role || group.term != term || !group.leader.equals(leader)) {
            group.outbox.add(new Effect.RoleChanged(group.role, group.term, group.leader));
        }
        group.finish();
        return group.outbox.effects();
    }

    /// What [#step] does with [Input.LeaderAlive], which has no effects: it comes for every group with every
    /// frame of a node.
    public void leaderAlive(ReplicaId leader, long term, long now) {
        group.now = now;
        leaderAlive(leader, term);
    }

    /// Takes a heartbeat that changes nothing but when the leader was heard, as nearly all of an idle group
    /// do.
    ///
    /// @return the answer; null when nothing was done and it needs a [#step]
    public PeerMessage.@Nullable HeartbeatReply quietHeartbeat(
            ReplicaId from, PeerMessage.Heartbeat message, long now) {
        boolean quiet = group.role == Role.FOLLOWER
                && message.term() == group.term
                && from.equals(group.leader)
                && message.commit() <= group.log.commit();
        if (!quiet) {
            return null;
        }
        var reply = followership.answer(message);
        if (reply.hasLost()) {
            return null;
        }
        group.now = now;
        election.leaderHeard();
        return reply;
    }

    /// Takes the answer to a heartbeat when it changes nothing but when the follower was heard.
    ///
    /// @return false when nothing was done and it needs a [#step]
    public boolean quietReply(ReplicaId from, PeerMessage.HeartbeatReply message, long now) {
        return leadership != null && message.term() == group.term && leadership.heard(from, message, now);
    }

    /// The earliest time at which a [Input.Tick] must come; [Long#MAX_VALUE] for never.
    public long nextDeadline() {
        return leadership != null ? leadership.deadline() : election.deadline();
    }

    public ReplicaId self() {
        return group.self;
    }

    public Role role() {
        return group.role;
    }

    public long term() {
        return group.term;
    }

    /// The leader of this term; [ReplicaId#NONE] when unknown.
    public ReplicaId leader() {
        return group.leader;
    }

    public long commitIndex() {
        return group.log.commit();
    }

    public long lastIndex() {
        return group.log.lastIndex();
    }

    /// The first index that is not compacted away.
    public long firstIndex() {
        return group.log.compacted().index() + 1;
    }

    /// Everything up to here is durable on this replica.
    public long durableIndex() {
        return group.log.durableIndex();
    }

    /// Term of the entry at `index`; −1 when it is compacted away or beyond the end.
    public long termAt(long index) {
        return group.log.termAt(index);
    }

    /// The position is in this log or below its start; asked before a snapshot is installed.
    public boolean contains(LogPosition position) {
        return group.log.contains(position);
    }

    /// The newest configuration, committed or not.
    public Configuration configuration() {
        return group.configurations.newest().configuration();
    }

    public long configurationIndex() {
        return group.configurations.newest().index();
    }

    /// The newest configuration that is committed: what others may be told of (SAFETY R6).
    public ConfigurationAt committedConfiguration() {
        return group.configurations.at(group.log.commit());
    }

    /// The configuration in force at `index`, not below `firstIndex() - 1`: for snapshots and
    /// `compact-prefix` records (SAFETY L7).
    public ConfigurationAt configurationAt(long index) {
        return Flaw.SNAPSHOT_WITH_NEWEST_CONFIGURATION.isOn()
                ? group.configurations.newest()
                : group.configurations.at(index);
    }

    /// This replica leads, and its commit index holds everything that earlier leaders committed.
    public boolean hasCommittedInTerm() {
        return leadership != null && leadership.hasCommittedInTerm();
    }

    /// A moment, in the time of [#step]: everything that was committed anywhere before it is within
    /// [#commitIndex]. Empty unless this replica leads, has committed an entry of its term and heard of a
    /// quorum since. Taken from when the answered heartbeats were sent, so that no clock but this one counts.
    public OptionalLong confirmedAt(long now) {
        long at = leadership == null ? ReadRounds.NEVER : leadership.confirmedAt(now);
        return at == ReadRounds.NEVER ? OptionalLong.empty() : OptionalLong.of(at);
    }

    /// What is known of each follower; empty unless this replica leads.
    public List<Progress> progress() {
        return leadership == null ? List.of() : leadership.progress();
    }

    public boolean isTransferring() {
        return leadership != null && leadership.isTransferring();
    }

    /// Entries still in memory, `from` to `to` inclusive, as many as fit `bytesMax` and one at least; empty
    /// when `from` is not in memory.
    public List<LogEntry> cached(long from, long to, long bytesMax) {
        return group.log.cache().slice(from, to, bytesMax);
    }

    private void perform(Input input) {
        switch (input) {
            case Input.Received(var from, var message) -> receive(from, message);
            case Input.Propose(var payloads) -> propose(payloads);
            case Input.HashState() -> {
                if (leadership != null) {
                    leadership.hashState();
                }
            }
            case Input.Persisted(var persistId) -> persisted(persistId);
            case Input.Applied(var index) -> group.log.appliedTo(index);
            case Input.Tick() -> tick();
            case Input.Read() -> read();
            case Input.LeaderAlive(var leader, var term) -> leaderAlive(leader, term);
            case Input.FrameAcknowledged(var peer) -> {
                if (leadership != null) {
                    leadership.frameAcknowledged(peer);
                }
            }
            case Input.TransferLeader(var to) -> transfer(to);
            case Input.ChangeMembers(var members, var expectedIndex) -> change(members, expectedIndex);
            case Input.SetReluctant(var reluctant) -> election.setReluctant(reluctant);
            case Input.Fetched(var to, var entries) -> {
                if (leadership != null) {
                    leadership.fetched(to, entries);
                }
            }
            case Input.FetchFailed(var to) -> {
                if (leadership != null) {
                    leadership.fetchFailed(to);
                }
            }
            case Input.SnapshotSent(var to, var position) -> {
                if (leadership != null) {
                    leadership.snapshotSent(to, position);
                }
            }
            case Input.SnapshotFailed(var to) -> {
                if (leadership != null) {
                    leadership.snapshotFailed(to);
                }
            }
            case Input.SnapshotInstalled installed -> install(installed);
            case Input.Compacted(var index) -> {
                group.log.compactTo(index);
                group.configurations.compactTo(index);
            }
            case Input.PeerUnreachable(var peer) -> {
                if (leadership != null) {
                    leadership.unreachable(peer);
                }
            }
        }
    }

    private void tick() {
        if (leadership != null) {
            leadership.tick();
        } else if (election.isDue() && election.startPreVote()) {
            election.startVote(false);
        }
    }

    private void propose(List<byte[]> payloads) {
        if (leadership == null) {
            group.outbox.add(new Effect.ProposalRefused(Refusal.NOT_LEADER));
        } else {
            leadership.propose(payloads);
        }
    }

    private void read() {
        if (leadership == null) {
            group.outbox.add(new Effect.ReadsAborted(Refusal.NOT_LEADER));
        } else {
            leadership.read();
        }
    }

    private void transfer(ReplicaId to) {
        if (leadership == null) {
            group.outbox.add(new Effect.TransferEnded(to, false));
        } else {
            leadership.transfer(to);
        }
    }

    private void change(List<Member> members, long expectedIndex) {
        if (leadership == null) {
            group.outbox.add(new Effect.ChangeRefused(ChangeRefusal.NOT_LEADER));
        } else {
            leadership.change(members, expectedIndex);
        }
    }

    private void persisted(long persistId) {
        group.log.durability().persisted(persistId);
        if (leadership != null) {
            leadership.persisted();
        } else if (election.persisted(persistId)) {
            lead();
        }
        group.log.evict();
    }

    private void leaderAlive(ReplicaId leader, long term) {
        boolean other = !group.leader.isNone() && !group.leader.equals(leader);
        if (group.role == Role.FOLLOWER && term == group.term && !other) {
            election.leaderHeard();
        }
    }

    private void receive(ReplicaId from, PeerMessage message) {
        if (message instanceof PeerMessage.PreVote question) {
            election.answer(from, question);
            return;
        }
        if (message.term() > group.term && !takeHigherTerm(from, message)) {
            return;
        }
        if (message.term() < group.term) {
            countLate(from, message);
            depose(from, message);
            return;
        }
        dispatch(from, message);
    }

    /// Follows into the higher term. Returns false when the message must not have that effect.
    private boolean takeHigherTerm(ReplicaId from, PeerMessage message) {
        if (message instanceof PeerMessage.PreVoteReply(var term, var granted) && granted) {
            if (group.role == Role.PRE_CANDIDATE && term == group.term + 1 && election.isWonBy(from, true)) {
                election.startVote(false);
            }
            if (Flaw.PREVOTE_TAKEN_AS_VOTE.isOn() && group.role == Role.CANDIDATE && election.isWonBy(from, true)) {
                lead();
            }
            return false;
        }
        if (message instanceof PeerMessage.Vote vote && !vote.transfer() && election.isStickyAgainst(from)) {
            group.outbox.send(from, new PeerMessage.VoteReply(group.term, false));
            return false;
        }
        group.enterTerm(message.term());
        standDown();
        return true;
    }

    /// Answers of an earlier term prove nothing; known bugs count them.
    private void countLate(ReplicaId from, PeerMessage message) {
        if (Flaw.ACK_OF_EARLIER_TERM_COUNTED.isOn()
                && leadership != null
                && message instanceof PeerMessage.AppendReply reply
                && reply.accepted()
                && reply.matchIndex() <= group.log.lastIndex()) {
            leadership.answered(from, reply);
        }
        if (Flaw.VOTE_OF_EARLIER_TERM_COUNTED.isOn()
                && message instanceof PeerMessage.VoteReply(var term, var granted)
                && granted
                && group.role == Role.CANDIDATE
                && election.isWonBy(from, true)) {
            lead();
        }
    }

    /// A sender that is behind learns the present term from the answer, or it would never step down.
    private void depose(ReplicaId from, PeerMessage message) {
        switch (message) {
            case PeerMessage.Append append ->
                group.outbox.send(
                        from,
                        new PeerMessage.AppendReply(
                                group.term, false, append.prev().index(), LogPosition.BEFORE_FIRST));
            case PeerMessage.Heartbeat heartbeat ->
                group.outbox.send(from, new PeerMessage.HeartbeatReply(group.term, 0, 0, group.log.lastIndex()));
            case PeerMessage.Vote vote -> group.outbox.send(from, new PeerMessage.VoteReply(group.term, false));
            case PeerMessage.PreVote preVote -> {}
            case PeerMessage.PreVoteReply reply -> countRefusal(from, reply.granted(), Role.PRE_CANDIDATE);
            case PeerMessage.VoteReply reply -> countRefusal(from, reply.granted(), Role.CANDIDATE);
            case PeerMessage.AppendReply reply -> {}
            case PeerMessage.HeartbeatReply reply -> {}
            case PeerMessage.TimeoutNow timeout -> {}
        }
    }

    /// Somebody behind this candidate's term will not vote for it: their leader lives.
    private void countRefusal(ReplicaId voter, boolean granted, Role campaigning) {
        if (!granted && group.role == campaigning) {
            election.isWonBy(voter, false);
        }
    }

    /// A message of the current term.
    private void dispatch(ReplicaId from, PeerMessage message) {
        switch (message) {
            case PeerMessage.Append append -> {
                followLeader(from);
                followership.append(from, append);
            }
            case PeerMessage.AppendReply reply -> {
                if (leadership != null) {
                    leadership.answered(from, reply);
                }
            }
            case PeerMessage.Heartbeat heartbeat -> {
                followLeader(from);
                followership.heartbeat(from, heartbeat);
            }
            case PeerMessage.HeartbeatReply reply -> {
                if (leadership != null) {
                    leadership.answered(from, reply);
                }
            }
            case PeerMessage.Vote vote -> election.answer(from, vote);
            case PeerMessage.VoteReply reply -> {
                boolean granted = reply.granted() || Flaw.REFUSAL_TAKEN_AS_GRANT.isOn();
                if (group.role == Role.CANDIDATE && election.isWonBy(from, granted)) {
                    lead();
                }
            }
            case PeerMessage.PreVoteReply reply -> countRefusal(from, reply.granted(), Role.PRE_CANDIDATE);
            case PeerMessage.TimeoutNow timeout -> {
                if (leadership == null && election.mayCampaign()) {
                    election.startVote(true);
                }
            }
            case PeerMessage.PreVote preVote -> {}
        }
    }

    private void followLeader(ReplicaId leader) {
        Invariant.check(group.role != Role.LEADER, "%s also leads in term %d", leader, group.term);
        Invariant.check(
                group.leader.isNone() || group.leader.equals(leader),
                "two leaders in term %d: %s and %s",
                group.term,
                group.leader,
                leader);
        group.role = Role.FOLLOWER;
        group.leader = leader;
        election.leaderHeard();
    }

    /// Becomes a follower that knows no leader. One that led gives the others a full turn; one that
    /// campaigned tries again soon; one that followed keeps its timer, as no leader was heard.
    private void standDown() {
        if (leadership != null) {
            leadership.close();
            leadership = null;
            election.waitForLeader();
        } else if (group.role != Role.FOLLOWER) {
            election.retrySoon();
        }
        group.role = Role.FOLLOWER;
        group.leader = ReplicaId.NONE;
        election.leaderLost();
    }

    private void lead() {
        group.role = Role.LEADER;
        group.leader = group.self;
        election.leaderLost();
        leadership = new Leadership(group, rounds);
    }

    private void install(Input.SnapshotInstalled installed) {
        var position = installed.position();
        Invariant.check(
                installed.configurationIndex() <= position.index(),
                "a snapshot of %d carries the configuration of %d",
                position.index(),
                installed.configurationIndex());
        if (installed.logReset()) {
            Invariant.check(leadership == null, "a leader's log was reset");
            group.log.resetTo(position);
            group.configurations.reset(new ConfigurationAt(installed.configurationIndex(), installed.configuration()));
        } else {
            if (leadership != null) {
                standDown();
            }
            Invariant.check(group.log.contains(position), "log was kept, but lacks the snapshot's position");
            group.log.coveredTo(position);
        }
        if (!installed.from().isNone() && installed.fromTerm() == group.term) {
            group.sendWhenDurable(
                    installed.from(),
                    new PeerMessage.AppendReply(group.term, true, position.index(), LogPosition.BEFORE_FIRST));
        }
    }
}
