package io.concordkv.topology.state;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;

/// A replica on its way from one node to another, or only added, or only removed. Journaled: whoever leads
/// the shard goes on where the one before stopped (SAFETY R6).
///
/// @param id          never reused
/// @param from        the node that gives its replica up; [NodeId#NONE] when one is only added
/// @param fromReplica [ReplicaId#NONE] when one is only added
/// @param to          the node that gets one; [NodeId#NONE] when one is only removed
/// @param toReplica   never reused (SAFETY R1); [ReplicaId#NONE] when one is only removed
/// @param startedAt   milliseconds since 1970 on the clock of who asked; only to be shown
/// @param reason      for people: who wanted it and why
public record MoveRecord(
        long id,
        ShardId shard,
        NodeId from,
        ReplicaId fromReplica,
        NodeId to,
        ReplicaId toReplica,
        MovePhase phase,
        long startedAt,
        String reason) {

    /// The same in another phase.
    public MoveRecord in(MovePhase next) {
        return new MoveRecord(id, shard, from, fromReplica, to, toReplica, next, startedAt, reason);
    }

    public boolean isAdding() {
        return !to.equals(NodeId.NONE);
    }

    public boolean isRemoving() {
        return !from.equals(NodeId.NONE);
    }
}
