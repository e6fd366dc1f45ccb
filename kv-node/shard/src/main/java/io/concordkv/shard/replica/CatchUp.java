package io.concordkv.shard.replica;

import io.concordkv.raft.PeerMessage;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Role;

/// Whether a replica has caught up since it started: it has applied all that its leader had committed
/// when the two met. Says when a node is ready; nothing is decided by it.
///
/// An append carries the leader's commit index. A heartbeat does not say what lies beyond what this replica
/// acknowledged; but a leader that has more sends it once it hears from this replica, so that silence
/// about it, for a while, means that there is no more.
final class CatchUp {
    /// A leader that has more than was acknowledged says so within a round trip.
    private static final long SILENCE_NANOS = 100_000_000;

    private long committed;
    private long metNanos = -1;
    private boolean told;
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
            if (metNanos < 0) {
                metNanos = now;
            }
        }
    }

    /// Looks again, after something was heard or applied.
    void look(RaftCore core, long applied, long now) {
        if (done) {
            return;
        }
        boolean met = core.role() == Role.LEADER
                ? core.termAt(core.commitIndex()) == core.term()
                : !core.leader().isNone() && (told || metNanos >= 0 && now - metNanos >= SILENCE_NANOS);
        done = met && applied >= Math.max(committed, core.commitIndex());
    }

    boolean isDone() {
        return done;
    }
}
