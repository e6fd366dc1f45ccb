package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import org.jspecify.annotations.Nullable;

/// How a replica that does not lead gets to lead, and how it answers others who want to (SAFETY R4).
///
/// Two questions make an election: a pre-vote, which changes nothing anywhere, then a vote in the next
/// term (thesis §9.6). Answers depend on term, log and stickiness only, never on the configuration as
/// this replica sees it. Waiting is by rank: base timeout + rank × delay + jitter.
final class Election {
    private static final long NEVER = Long.MIN_VALUE / 4;

    private final GroupState group;
    private final Ballot ballot = new Ballot();
    private boolean reluctant;
    private long deadline;
    private long leaderHeardAt = NEVER;
    private long ownVotePersistId;
    /// The voters that `rank` and `votes` are of: both are asked for with every sign of life of the leader.
    private @Nullable Voters known;
    private int rank;
    private int voterCount;
    private boolean votes;

    Election(GroupState group) {
        this.group = group;
        // Nobody is disturbed by an early pre-vote: a live leader's followers refuse it.
        boolean alone = group.voters().isOnly(group.self);
        deadline = alone ? group.now : group.now + retryWait() + rank() * group.options.rankDelayNanos();
    }

    /// When [#isDue] must be asked; never for one that has no vote.
    long deadline() {
        return mayCampaign() ? deadline : Long.MAX_VALUE;
    }

    /// Whether this replica may ask for votes; whose votes count is another question.
    boolean mayCampaign() {
        know();
        return votes
                || (!Flaw.LEAVING_VOTER_GIVES_UP_EARLY.isOn()
                        && group.configurations.maySeekVotes(group.self, group.log.commit()));
    }

    boolean isDue() {
        return group.now >= deadline();
    }

    void setReluctant(boolean value) {
        if (reluctant != value) {
            reluctant = value;
            long waited =
                    (long) group.configurations.newest().configuration().voterCount() * group.options.rankDelayNanos();
            deadline += value ? waited : -waited;
        }
    }

    /// The leader of this term lives.
    void leaderHeard() {
        leaderHeardAt = group.now;
        waitForLeader();
    }

    /// The leader followed so far is none any more.
    void leaderLost() {
        leaderHeardAt = NEVER;
    }

    void waitForLeader() {
        var options = group.options;
        deadline = group.now
                + options.electionTimeoutNanos()
                + rank() * options.rankDelayNanos()
                + group.random.nextLong(options.rankDelayNanos());
    }

    /// After a lost or tied vote: soon, but not at the same time as the others.
    void retrySoon() {
        deadline = Math.min(deadline, group.now + retryWait());
    }

    /// Asks who would vote for this replica. Returns whether that is decided already (it is the only voter).
    boolean startPreVote() {
        begin(Role.PRE_CANDIDATE);
        ballot.record(group.self, true);
        if (ballot.outcome(group.voters()) == Ballot.Outcome.WON) {
            return true;
        }
        var question = new PeerMessage.PreVote(group.term + 1, group.log.last());
        for (ReplicaId voter : group.voters().all()) {
            if (!voter.equals(group.self)) {
                group.outbox.send(voter, question);
            }
        }
        return false;
    }

    /// Votes for itself in the next term and asks for votes; both only count once that is durable.
    void startVote(boolean transfer) {
        group.enterTerm(group.term + 1);
        group.vote(group.self);
        begin(Role.CANDIDATE);
        ownVotePersistId = group.outbox.persistIdSoFar();
        var question = new PeerMessage.Vote(group.term, group.log.last(), transfer);
        for (ReplicaId voter : group.voters().all()) {
            if (voter.equals(group.self)) {
                continue;
            }
            if (Flaw.OWN_VOTE_NOT_DURABLE_BEFORE_ASKING.isOn()) {
                group.outbox.send(voter, question);
            } else {
                group.sendWhenDurable(voter, question);
            }
        }
    }

    /// Returns whether the election is won by this replica's own, now durable, vote.
    boolean persisted(long persistId) {
        return group.role == Role.CANDIDATE && persistId >= ownVotePersistId && isWonBy(group.self, true);
    }

    /// Counts an answer to the running (pre-)vote. Returns whether it is won.
    boolean isWonBy(ReplicaId voter, boolean granted) {
        ballot.record(voter, granted);
        if (!granted) {
            retrySoon();
        }
        return ballot.outcome(group.voters()) == Ballot.Outcome.WON;
    }

    /// A leader was heard within the election timeout, and it is not the one who asks.
    boolean isStickyAgainst(ReplicaId candidate) {
        if (group.role == Role.LEADER) {
            return true;
        }
        return group.now - leaderHeardAt < group.options.electionTimeoutNanos() && !candidate.equals(group.leader);
    }

    void answer(ReplicaId candidate, PeerMessage.PreVote question) {
        boolean granted = question.term() > group.term && !isStickyAgainst(candidate) && isUpToDate(question.last());
        group.outbox.send(candidate, new PeerMessage.PreVoteReply(granted ? question.term() : group.term, granted));
    }

    /// Answers a vote of the current term.
    void answer(ReplicaId candidate, PeerMessage.Vote question) {
        boolean first = group.votedFor.isNone();
        boolean free = first || group.votedFor.equals(candidate) || Flaw.TWO_VOTES_A_TERM.isOn();
        boolean granted = free && isUpToDate(question.last());
        if (!granted) {
            group.outbox.send(candidate, new PeerMessage.VoteReply(group.term, false));
            return;
        }
        if (first) {
            group.vote(candidate);
        }
        if (group.role == Role.PRE_CANDIDATE) {
            group.role = Role.FOLLOWER;
        }
        waitForLeader();
        if (Flaw.VOTE_NOT_DURABLE_BEFORE_ANSWER.isOn()) {
            group.outbox.send(candidate, new PeerMessage.VoteReply(group.term, true));
        } else {
            group.sendWhenDurable(candidate, new PeerMessage.VoteReply(group.term, true));
        }
    }

    private boolean isUpToDate(LogPosition last) {
        if (Flaw.VOTE_WITHOUT_LOOKING_AT_THE_LOG.isOn()) {
            return true;
        }
        return Flaw.LOGS_COMPARED_BY_LENGTH.isOn()
                ? last.index() >= group.log.lastIndex()
                : last.isAtLeastAsUpToDateAs(group.log.last());
    }

    private void begin(Role role) {
        group.role = role;
        group.leader = ReplicaId.NONE;
        leaderLost();
        ballot.clear();
        // Silence is not refusal: give the answers time, but less than a leader would get.
        deadline = group.now + group.options.electionTimeoutNanos() / 2 + retryWait();
    }

    private long retryWait() {
        return group.random.nextLong(group.options.voteRetryNanosMin(), group.options.voteRetryNanosMax() + 1);
    }

    private int rank() {
        know();
        return reluctant ? rank + voterCount : rank;
    }

    /// Every change of the newest configuration brings other voters.
    private void know() {
        var voters = group.voters();
        if (voters != known) {
            var configuration = group.configurations.newest().configuration();
            int place = configuration.rank(group.self);
            known = voters;
            voterCount = configuration.voterCount();
            rank = place < 0 ? voterCount : place;
            votes = voters.contains(group.self);
        }
    }
}
