package io.concordkv.raft;

/// How a leader treats one follower.
public enum FollowerState {
    /// Its log is not known: one append at a time until one is accepted.
    PROBE,
    /// Its log matches: appends are sent ahead within the window.
    REPLICATE,
    /// It needs entries that are compacted away: it waits for a snapshot.
    SNAPSHOT,
    /// It has lost what it acknowledged as durable in this term: it counts for nothing and gets nothing but
    /// heartbeats, which tell it so (SAFETY I4).
    LOST
}
