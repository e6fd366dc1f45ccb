package io.concordkv.wal;

/// Whether the volume has room (SAFETY L8). Between the marks the last word stays.
public enum WalSpace {
    OK,
    /// Leaders refuse puts with `storage-full` and admit deletes and expiry.
    LOW,
    /// What was held is nearly used up: nothing of clients is taken any more, so that votes, terms and
    /// configurations still find room.
    EXHAUSTED
}
