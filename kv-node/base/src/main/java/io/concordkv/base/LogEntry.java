package io.concordkv.base;

/// One entry of a Raft log. The payload is shared, not copied: nobody writes into it.
///
/// @param term    term of the leader that created it, 1 or more
/// @param index   1-based place in the log
/// @param kind    how to read the payload
/// @param payload encoded command or configuration, empty for a no-op
public record LogEntry(long term, long index, EntryKind kind, byte[] payload) {
    /// What one entry costs in memory and in a frame beside its payload, roughly, for budgets.
    public static final int OVERHEAD_BYTES = 32;

    public LogPosition position() {
        return new LogPosition(term, index);
    }

    /// Bytes this entry counts for in windows and budgets.
    public long bytes() {
        return (long) payload.length + OVERHEAD_BYTES;
    }

    @Override
    public String toString() {
        return "LogEntry[" + index + "@" + term + " " + kind + " " + payload.length + "B]";
    }
}
