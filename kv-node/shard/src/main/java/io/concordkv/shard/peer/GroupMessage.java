package io.concordkv.shard.peer;

import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.PeerMessage;

/// A Raft message with its envelope; a receiver drops it when group or replicas are not its own (SAFETY R1).
public record GroupMessage(ShardId shard, ReplicaId from, ReplicaId to, PeerMessage message) {}
