package io.concordkv.shard.apply;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.shard.command.ApplyResult;

/// What a group replicates. Deterministic: equal entries give equal state, answers and snapshot bytes
/// on every replica. All methods are called on the replica's loop, unless nobody else sees the instance
/// yet: one thread loads a snapshot and replays the log into it before it is handed over.
public interface StateMachine extends AutoCloseable {
    /// Applies one COMMAND entry. What it changed is visible to reads after [#endSlice].
    ApplyResult apply(LogEntry entry);

    /// Everything up to `position` has been applied; makes the slice visible in one engine write.
    void endSlice(LogPosition position);

    /// The last position that [#endSlice] or [#loaded] named.
    LogPosition applied();

    /// All state as of [#applied], as rows in key order. Cheap to open; read and closed by the caller.
    RowSource openRows();

    /// One row of a snapshot; rows come in key order, only into a new instance.
    void loadRow(byte[] key, byte[] value);

    /// The snapshot is complete and stands for everything up to `position`.
    void loaded(LogPosition position);

    /// Bytes of memory the state takes, roughly.
    long bytes();

    @Override
    void close();
}
