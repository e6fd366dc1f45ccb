package io.concordkv.raft;

/// How a leader treats one follower.
public enum FollowerState {
    /// Its log is not known: one append at a time until one is accepted.
    PROBE,
    /// Its log matches: appends are sent ahead within the window.
    REPLICATE,
    /// It needs entries that are compacted away: it waits for a snapshot.
    SNAPSHOT
}
