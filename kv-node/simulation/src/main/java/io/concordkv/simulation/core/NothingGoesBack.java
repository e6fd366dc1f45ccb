package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/// Term and commit index only grow while a replica runs; commit stays between what is applied and the log's end.
final class NothingGoesBack extends CoreInvariant {
    private static final class Seen {
        long term;
        long commit;
    }

    private final Map<ReplicaId, Seen> seen = new HashMap<>();

    @Override
    void stepped(SimulatedReplica replica) {
        var before = seen.computeIfAbsent(replica.id(), id -> new Seen());
        require(replica.term() >= before.term, "%s went back to term %d", replica.id(), replica.term());
        require(replica.commit() >= before.commit, "%s went back to commit %d", replica.id(), replica.commit());
        require(replica.commit() >= replica.applied(), "%s applied more than it knows committed", replica.id());
        require(replica.commit() <= replica.lastIndex(), "%s commits beyond its log", replica.id());
        before.term = replica.term();
        before.commit = replica.commit();
    }

    @Override
    void crashed(SimulatedReplica replica) {
        seen.remove(replica.id());
    }
}
