package io.concordkv.base;

/// Place of one entry in a Raft log. Terms never decrease along a log (Raft paper §5.3).
///
/// @param term  term of the leader that created the entry; 0 only in [#BEFORE_FIRST]
/// @param index 1-based; 0 means "before the first entry"
public record LogPosition(long term, long index) {
    public static final LogPosition BEFORE_FIRST = new LogPosition(0, 0);

    public LogPosition {
        if (term < 0 || index < 0) {
            throw new IllegalArgumentException("negative position: term=" + term + " index=" + index);
        }
    }

    /// The voting rule: the later last term wins, then the longer log (Raft paper §5.4.1).
    public boolean isAtLeastAsUpToDateAs(LogPosition other) {
        return term != other.term ? term > other.term : index >= other.index;
    }
}
