package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/// At most one leader can be elected in a term (Raft paper, election safety).
final class OneLeaderATerm extends CoreInvariant {
    private final Map<Long, ReplicaId> leaders = new HashMap<>();

    @Override
    void becameLeader(SimulatedReplica replica) {
        var other = leaders.putIfAbsent(replica.term(), replica.id());
        require(other == null, "%s leads in term %d after %s", replica.id(), replica.term(), other);
    }
}
