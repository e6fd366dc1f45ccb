package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.PeerMessage;

/// Votes, acknowledgements and applied entries speak of what would survive a crash now. A message of an
/// earlier term that waited for its write may be outdated, and proves nothing any more.
final class DurableFirst extends CoreInvariant {
    @Override
    void sent(SimulatedReplica from, ReplicaId to, PeerMessage message) {
        switch (message) {
            case PeerMessage.VoteReply(var term, var granted) -> {
                if (granted) {
                    requireVote(from, to, term);
                }
            }
            case PeerMessage.Vote vote -> requireVote(from, from.id(), vote.term());
            case PeerMessage.AppendReply(var term, var accepted, var match, var hint) -> {
                var disk = from.disk();
                require(
                        !accepted || disk.hardState().term() != term || disk.log.lastIndex() >= match,
                        "%s acknowledges %d, its disk ends at %d",
                        from.id(),
                        match,
                        disk.log.lastIndex());
            }
            case PeerMessage.PreVote it -> {}
            case PeerMessage.PreVoteReply it -> {}
            case PeerMessage.Append it -> {}
            case PeerMessage.Heartbeat it -> {}
            case PeerMessage.HeartbeatReply it -> {}
            case PeerMessage.TimeoutNow it -> {}
        }
    }

    @Override
    void applied(SimulatedReplica replica, LogEntry entry) {
        var log = replica.disk().log;
        require(
                log.holds(entry.index()) && log.get(entry.index()) == entry,
                "%s applies %s, which is not on its disk",
                replica.id(),
                entry);
    }

    private void requireVote(SimulatedReplica voter, ReplicaId candidate, long term) {
        var state = voter.disk().hardState();
        require(
                state.term() > term || (state.term() == term && state.votedFor().equals(candidate)),
                "%s votes for %s in term %d, its disk says %s",
                voter.id(),
                candidate,
                term,
                state);
    }
}
