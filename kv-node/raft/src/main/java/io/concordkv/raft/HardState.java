package io.concordkv.raft;

import io.concordkv.base.ReplicaId;

/// What a replica must remember beside its log. Term and vote are synced before anything that follows
/// from them leaves; commit is saved along with other records, never for its own sake.
///
/// @param votedFor [ReplicaId#NONE] when it voted for nobody in this term
public record HardState(long term, ReplicaId votedFor, long commit) {}
