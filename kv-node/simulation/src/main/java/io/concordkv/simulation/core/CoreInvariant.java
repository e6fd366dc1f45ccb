package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.PeerMessage;

/// Watches a run and throws [Violation] when something happens that must not. Each subclass states one rule.
abstract class CoreInvariant {
    /// A replica took a step.
    void stepped(SimulatedReplica replica) {}

    void becameLeader(SimulatedReplica replica) {}

    /// A message left a replica.
    void sent(SimulatedReplica from, ReplicaId to, PeerMessage message) {}

    /// A granted vote left a replica.
    void voted(ReplicaId voter, ReplicaId candidate, long term) {}

    /// An entry was appended behind one of `previousTerm`.
    void appended(SimulatedReplica replica, LogEntry entry, long previousTerm) {}

    void applied(SimulatedReplica replica, LogEntry entry) {}

    /// A snapshot replaced what was applied before.
    void restored(SimulatedReplica replica, long index) {}

    void readOpened(SimulatedReplica replica, long round) {}

    void readConfirmed(SimulatedReplica replica, long round, long readIndex) {}

    void readsAborted(SimulatedReplica replica) {}

    void crashed(SimulatedReplica replica) {}

    final void require(boolean holds, String message, Object... arguments) {
        if (!holds) {
            throw new Violation(this, String.format(message, arguments));
        }
    }
}
