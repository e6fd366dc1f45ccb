package io.concordkv.simulation.core;

import io.concordkv.base.LogEntry;
import java.util.ArrayList;

/// Every committed entry, once. All replicas apply this and nothing else, in order (Raft paper, state
/// machine safety).
final class Ledger extends CoreInvariant {
    private final ArrayList<LogEntry> committed = new ArrayList<>();
    private final ArrayList<Long> knownInTerm = new ArrayList<>();

    long lastIndex() {
        return committed.size();
    }

    LogEntry get(long index) {
        return committed.get((int) index - 1);
    }

    /// The term in which it was first applied anywhere: the one in which it was committed, or a later one.
    long knownInTerm(long index) {
        return knownInTerm.get((int) index - 1);
    }

    @Override
    void applied(SimulatedReplica replica, LogEntry entry) {
        long index = entry.index();
        require(index == replica.applied() + 1, "%s applies %d after %d", replica.id(), index, replica.applied());
        if (index == lastIndex() + 1) {
            committed.add(entry);
            knownInTerm.add(replica.term());
        } else {
            require(index <= lastIndex(), "%s applies %d, ledger ends at %d", replica.id(), index, lastIndex());
            var known = get(index);
            require(
                    known.term() == entry.term() && known.payload() == entry.payload(),
                    "%s applies %s where %s was committed",
                    replica.id(),
                    entry,
                    known);
        }
    }

    @Override
    void restored(SimulatedReplica replica, long index) {
        require(index <= lastIndex(), "%s restored uncommitted state %d", replica.id(), index);
    }
}
