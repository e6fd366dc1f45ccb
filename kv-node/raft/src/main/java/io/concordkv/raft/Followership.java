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
        if (log.termAt(prev.index()) != prev.term()) {
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
        if (known < entries.size()) {
            long firstNew = entries.get(known).index();
            if (firstNew <= log.lastIndex()) {
                Invariant.check(firstNew > log.commit(), "leader contradicts committed entry %d", firstNew);
                group.truncateAfter(firstNew - 1);
            }
            group.append(known == 0 ? entries : entries.subList(known, entries.size()));
        }
        long agreed = prev.index() + entries.size();
        log.commitTo(Math.min(message.commit(), agreed));
        acknowledge(leader, agreed);
    }

    /// The leader never tells a commit index beyond what this follower acknowledged to it.
    void heartbeat(ReplicaId leader, PeerMessage.Heartbeat message) {
        long last = group.log.lastIndex();
        var reply = new PeerMessage.HeartbeatReply(group.term, message.round(), message.acknowledged(), last);
        group.outbox.send(leader, reply);
        if (reply.hasLost()) {
            group.outbox.add(new Effect.AcknowledgedLost(group.self, message.acknowledged(), last));
        } else {
            group.log.commitTo(message.commit());
        }
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
