package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/// A replica votes for one candidate a term, crash or not.
final class OneVoteATerm extends CoreInvariant {
    private record Ballot(ReplicaId voter, long term) {}

    private final Map<Ballot, ReplicaId> votes = new HashMap<>();

    @Override
    void voted(ReplicaId voter, ReplicaId candidate, long term) {
        var before = votes.putIfAbsent(new Ballot(voter, term), candidate);
        require(
                before == null || before.equals(candidate),
                "%s voted for %s and %s in term %d",
                voter,
                before,
                candidate,
                term);
    }
}
