package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// A read sees everything that was committed anywhere before it came.
final class ReadsSeeCommits extends CoreInvariant {
    private final Ledger ledger;
    private final Map<ReplicaId, TreeMap<Long, Long>> open = new HashMap<>();

    ReadsSeeCommits(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    void readOpened(SimulatedReplica replica, long round) {
        roundsOf(replica).merge(round, ledger.lastIndex(), Math::max);
    }

    @Override
    void readConfirmed(SimulatedReplica replica, long round, long readIndex) {
        var confirmed = roundsOf(replica).headMap(round, true);
        require(!confirmed.isEmpty(), "%s confirms round %d that is not open", replica.id(), round);
        confirmed.forEach((r, floor) -> require(
                readIndex >= floor,
                "%s serves round %d at %d, but %d was committed before",
                replica.id(),
                r,
                readIndex,
                floor));
        confirmed.clear();
    }

    @Override
    void readsAborted(SimulatedReplica replica) {
        roundsOf(replica).clear();
    }

    @Override
    void crashed(SimulatedReplica replica) {
        roundsOf(replica).clear();
    }

    private TreeMap<Long, Long> roundsOf(SimulatedReplica replica) {
        return open.computeIfAbsent(replica.id(), id -> new TreeMap<>());
    }
}
