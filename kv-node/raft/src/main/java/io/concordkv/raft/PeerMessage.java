package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import java.util.List;

/// What replicas of a group say to each other. Sender, receiver and group travel in the envelope
/// (SAFETY R1). A message of a higher term makes the receiver a follower of that term, except where said.
public sealed interface PeerMessage {
    /// Term of the sender; of a [PreVote] and its grant, the term the candidate would campaign in.
    long term();

    /// Would you vote for me? Changes nothing at the receiver, neither term nor timer.
    ///
    /// @param last last position of the candidate's log
    record PreVote(long term, LogPosition last) implements PeerMessage {}

    /// @param term the asked term when granted, else the term of the sender
    record PreVoteReply(long term, boolean granted) implements PeerMessage {}

    /// @param transfer the leader asked for this election, so stickiness does not hold
    record Vote(long term, LogPosition last, boolean transfer) implements PeerMessage {}

    record VoteReply(long term, boolean granted) implements PeerMessage {}

    /// Entries that follow `prev`; none of them is a probe. Carries the leader's commit index.
    record Append(long term, LogPosition prev, List<LogEntry> entries, long commit) implements PeerMessage {}

    /// @param matchIndex when accepted: up to here the follower's log is the leader's and durable; when
    ///                   rejected: the index of the `prev` that did not match
    /// @param hint       when rejected: the highest position that may match, as the follower sees it
    record AppendReply(long term, boolean accepted, long matchIndex, LogPosition hint) implements PeerMessage {}

    /// @param commit       never above what this follower has acknowledged
    /// @param round        the asked read round, else the number of this beat; 0 before the first
    /// @param acknowledged highest index this follower has acknowledged as durable in this term, 0 for none:
    ///                     with a shorter log it has lost what it synced (SAFETY I4)
    record Heartbeat(long term, long commit, long round, long acknowledged) implements PeerMessage {}

    /// @param round        as in the heartbeat it answers
    /// @param acknowledged as in the heartbeat it answers
    /// @param last         last index of the follower's log; below `acknowledged` its volume was rolled back
    record HeartbeatReply(long term, long round, long acknowledged, long last) implements PeerMessage {
        public boolean hasLost() {
            return last < acknowledged && !Flaw.LOST_ACKNOWLEDGEMENT_TRUSTED.isOn();
        }
    }

    /// Campaign now, without asking first: leadership is handed to you.
    record TimeoutNow(long term) implements PeerMessage {}
}
