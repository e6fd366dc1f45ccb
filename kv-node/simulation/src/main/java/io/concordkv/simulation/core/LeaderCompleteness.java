package io.concordkv.simulation.core;

/// Whoever is elected holds every entry committed in an earlier term (Raft paper, leader completeness).
/// An election won in an old term, by late votes, says nothing about what newer terms committed.
final class LeaderCompleteness extends CoreInvariant {
    private final Ledger ledger;

    LeaderCompleteness(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    void becameLeader(SimulatedReplica replica) {
        for (long index = replica.firstIndex(); index <= ledger.lastIndex(); index++) {
            long term = replica.termAt(index);
            require(
                    ledger.knownInTerm(index) > replica.term()
                            || term == ledger.get(index).term(),
                    "%s leads in term %d without committed %s (it has term %d there)",
                    replica.id(),
                    replica.term(),
                    ledger.get(index),
                    term);
        }
    }
}
