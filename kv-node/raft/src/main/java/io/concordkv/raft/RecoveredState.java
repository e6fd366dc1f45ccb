package io.concordkv.raft;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import java.util.List;

/// What a replica finds of itself when it starts; all of it is durable (SAFETY L3).
///
/// @param commit               as saved; the core starts from max(commit, applied) and those entries must exist
/// @param compacted            last position that is no longer in the log
/// @param configuration        in force at `compacted`
/// @param configurationIndex   index of the entry it came from
/// @param termStarts           first position of each term above `compacted`, ascending
/// @param lastIndex            last entry of the log; `compacted.index()` when it is empty
/// @param configurationEntries configuration entries above `compacted`, ascending
/// @param applied              what the state machine holds
public record RecoveredState(
        long term,
        ReplicaId votedFor,
        long commit,
        LogPosition compacted,
        Configuration configuration,
        long configurationIndex,
        List<LogPosition> termStarts,
        long lastIndex,
        List<LogEntry> configurationEntries,
        long applied) {
    /// A replica of a group just created.
    public static RecoveredState empty(Configuration configuration) {
        return new RecoveredState(
                0, ReplicaId.NONE, 0, LogPosition.BEFORE_FIRST, configuration, 0, List.of(), 0, List.of(), 0);
    }
}
