package io.concordkv.wal;

/// Why the log does not hold an entry that is asked for.
public enum Absence {
    /// It was: what it did is in a snapshot or in the engine.
    COMPACTED,
    /// It is not there (yet): above the end of the log, cut, still in the queue, or of an unknown group.
    UNAVAILABLE
}
