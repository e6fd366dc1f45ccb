package io.concordkv.raft;

/// What a replica is in its group at the moment (Raft paper §5.1, thesis §9.6 for the pre-candidate).
public enum Role {
    FOLLOWER,
    /// Asks whether it could win, without raising its term.
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
}
