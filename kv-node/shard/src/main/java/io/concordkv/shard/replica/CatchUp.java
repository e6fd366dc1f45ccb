package io.concordkv.shard.replica;

import io.concordkv.raft.PeerMessage;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Role;

/// Whether a replica has caught up since it started: it has applied all that its leader had committed
/// when the two met. Says when a node is ready; nothing is decided by it.
///
/// An append carries the leader's commit index, and a leader that lost the connection sends one, if only
/// an empty one, to whoever answers its first heartbeat; or it offers a snapshot. A leader that did not
/// notice the loss has nothing to send, and after a long silence that is taken for granted.
final class CatchUp {
    private static final long SILENCE_NANOS = 3_000_000_000L;

    private long committed;
    private boolean met;
    private long metNanos;
    private boolean told;
    private boolean behind;
    private boolean done;

    /// Takes note of what came from a peer, before the core takes it.
    void heard(PeerMessage message, RaftCore core, long now) {
        if (done || message.term() < core.term()) {
            return;
        }
        if (message instanceof PeerMessage.Append append) {
            committed = Math.max(committed, append.commit());
            told = true;
        } else if (message instanceof PeerMessage.Heartbeat heartbeat) {
            committed = Math.max(committed, heartbeat.commit());
            if (!met) {
                met = true;
                metNanos = now;
            }
        }
    }

    /// The leader offers a snapshot: its log begins behind this replica's end.
    void offered() {
        behind = true;
    }

    /// The snapshot is in place; a leader that has more than that sends it at once.
    void installed(long now) {
        behind = false;
        met = true;
        metNanos = now;
    }

    /// Looks again, after something was heard or applied, and now and then.
    void look(RaftCore core, long applied, long now) {
        if (done) {
            return;
        }
        boolean known = core.role() == Role.LEADER
                ? core.termAt(core.commitIndex()) == core.term()
                : !core.leader().isNone() && (told || met && !behind && now - metNanos >= SILENCE_NANOS);
        done = known && applied >= Math.max(committed, core.commitIndex());
    }

    boolean isDone() {
        return done;
    }
}
