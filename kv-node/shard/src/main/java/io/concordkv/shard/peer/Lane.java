package io.concordkv.shard.peer;

/// The two connections of a pair of nodes (SAFETY F1).
public enum Lane {
    /// Raft messages and node frames: small, never behind a large transfer.
    RAFT,
    /// Forwarded requests and snapshots.
    BULK
}
