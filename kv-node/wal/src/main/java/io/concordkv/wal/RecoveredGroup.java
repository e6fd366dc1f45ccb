package io.concordkv.wal;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import java.util.List;
import java.util.Optional;

/// What the log knows of one healthy group at a start. All of it is durable.
///
/// @param replica              who this replica is
/// @param term                 highest term seen, 0 before the first
/// @param votedFor             the [ReplicaId] voted for in `term`, 0 for none
/// @param commit               commit index as last saved; may lag
/// @param compacted            last position that the log no longer holds; the log begins behind it
/// @param configuration        in force at `compacted`
/// @param configurationIndex   index of the entry that brought it
/// @param termStarts           first position of each term above `compacted`, ascending
/// @param lastIndex            last entry of the log; `compacted.index()` when it is empty
/// @param configurationEntries configuration entries above `compacted`, ascending
/// @param snapshotId           of the last installed snapshot
public record RecoveredGroup(
        ReplicaId replica,
        long term,
        long votedFor,
        long commit,
        LogPosition compacted,
        byte[] configuration,
        long configurationIndex,
        List<LogPosition> termStarts,
        long lastIndex,
        List<LogEntry> configurationEntries,
        Optional<String> snapshotId) {}
