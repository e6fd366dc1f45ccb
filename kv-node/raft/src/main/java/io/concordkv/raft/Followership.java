package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.Invariant;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;

/// What a follower does with what its leader sends (Raft paper §5.3).
final class Followership {
    private final GroupState group;

    Followership(GroupState group) {
        this.group = group;
    }

    /// Takes the entries that follow `prev`, if this log has `prev`; cuts what contradicts them.
    void append(ReplicaId leader, PeerMessage.Append message) {
        var log = group.log;
        var prev = message.prev();
        if (prev.index() < log.commit()) {
            // Late or repeated. What is committed here is the leader's too.
            acknowledge(leader, log.commit());
            return;
        }
        boolean matches = Flaw.PREVIOUS_TERM_NOT_CHECKED.isOn()
                ? log.termAt(prev.index()) >= 0
                : log.termAt(prev.index()) == prev.term();
        if (!matches) {
            var hint = log.lastPositionUpTo(prev.term(), prev.index());
            group.outbox.send(leader, new PeerMessage.AppendReply(group.term, false, prev.index(), hint));
            return;
        }
        var entries = message.entries();
        int known = 0;
        while (known < entries.size()
                && log.termAt(entries.get(known).index()) == entries.get(known).term()) {
            known++;
        }
        if (Flaw.STALE_APPEND_CUTS_THE_LOG.isOn() && known == entries.size()) {
            long end = Math.max(prev.index() + known, log.commit());
            if (end < log.lastIndex()) {
                group.truncateAfter(end);
            }
        }
        if (known < entries.size()) {
            long firstNew = entries.get(known).index();
            if (firstNew <= log.lastIndex()) {
                Invariant.check(firstNew > log.commit(), "leader contradicts committed entry %d", firstNew);
                group.truncateAfter(firstNew - 1);
            }
            group.append(known == 0 ? entries : entries.subList(known, entries.size()));
        }
        long agreed = prev.index() + entries.size();
        log.commitTo(Math.min(message.commit(), Flaw.APPEND_COMMITS_BEYOND_ITSELF.isOn() ? log.lastIndex() : agreed));
        acknowledge(leader, agreed);
    }

    /// The leader never tells a commit index beyond what this follower acknowledged to it.
    void heartbeat(ReplicaId leader, PeerMessage.Heartbeat message) {
        var reply = answer(message);
        group.outbox.send(leader, reply);
        if (reply.hasLost()) {
            group.outbox.add(new Effect.AcknowledgedLost(group.self, message.acknowledged(), reply.last()));
        } else {
            group.log.commitTo(message.commit());
        }
    }

    PeerMessage.HeartbeatReply answer(PeerMessage.Heartbeat message) {
        return new PeerMessage.HeartbeatReply(
                group.term, message.round(), message.acknowledged(), group.log.lastIndex());
    }

    private void acknowledge(ReplicaId leader, long index) {
        var reply = new PeerMessage.AppendReply(group.term, true, index, LogPosition.BEFORE_FIRST);
        if (Flaw.ACK_BEFORE_SYNC.isOn()) {
            group.outbox.send(leader, reply);
        } else {
            group.sendWhenDurable(leader, reply);
        }
    }
}
