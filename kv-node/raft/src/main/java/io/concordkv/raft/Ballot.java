package io.concordkv.raft;

import io.concordkv.base.ReplicaId;
import java.util.Set;
import java.util.TreeSet;

/// The answers to one (pre-)vote. Seeing a higher term is never a grant; an answer counts once.
final class Ballot {
    enum Outcome {
        OPEN,
        WON,
        LOST
    }

    private final Set<ReplicaId> granted = new TreeSet<>();
    private final Set<ReplicaId> refused = new TreeSet<>();

    void clear() {
        granted.clear();
        refused.clear();
    }

    void record(ReplicaId voter, boolean grant) {
        if (!granted.contains(voter) && !refused.contains(voter)) {
            (grant ? granted : refused).add(voter);
        }
    }

    Outcome outcome(Voters voters) {
        if (voters.reachedByQuorum(voter -> granted.contains(voter) ? 1 : 0) == 1) {
            return Outcome.WON;
        }
        return voters.reachedByQuorum(voter -> refused.contains(voter) ? 0 : 1) == 1 ? Outcome.OPEN : Outcome.LOST;
    }
}
