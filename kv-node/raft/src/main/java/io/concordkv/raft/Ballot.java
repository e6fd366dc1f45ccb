package io.concordkv.raft;

import io.concordkv.base.Flaw;
import io.concordkv.base.ReplicaId;
import java.util.Set;
import java.util.TreeSet;

/// The answers to one (pre-)vote. Seeing a higher term is never a grant. A grant outweighs a refusal of the
/// same voter, which may belong to an earlier try.
final class Ballot {
    enum Outcome {
        OPEN,
        WON,
        LOST
    }

    private final Set<ReplicaId> granted = new TreeSet<>();
    private final Set<ReplicaId> refused = new TreeSet<>();

    private int grants;

    void clear() {
        granted.clear();
        grants = 0;
        refused.clear();
    }

    void record(ReplicaId voter, boolean grant) {
        if (grant) {
            granted.add(voter);
            grants++;
            refused.remove(voter);
        } else if (!granted.contains(voter)) {
            refused.add(voter);
        }
    }

    Outcome outcome(Voters voters) {
        if (Flaw.REPEATED_GRANT_COUNTED_TWICE.isOn() && grants > voters.all().size() / 2) {
            return Outcome.WON;
        }
        if (voters.reachedByQuorum(voter -> granted.contains(voter) ? 1 : 0) == 1) {
            return Outcome.WON;
        }
        return voters.reachedByQuorum(voter -> refused.contains(voter) ? 0 : 1) == 1 ? Outcome.OPEN : Outcome.LOST;
    }
}
