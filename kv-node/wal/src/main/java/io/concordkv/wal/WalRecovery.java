package io.concordkv.wal;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import java.util.List;
import java.util.Map;

/// What [Wal#open] found. Maps iterate in the order of their keys.
///
/// @param logId            name of this log
/// @param created          true when there was no log and a new one was begun
/// @param incarnation      of this start: one more than the highest before, 1 for a new log
/// @param recoveredSequence highest sequence that was or may have been acknowledged before this start (SAFETY I4)
/// @param durableSequence  everything up to here is durable, what was recovered included
/// @param previousIncarnation of the start before, 0 for a new log
/// @param groups           healthy groups; a damaged one is only in `damaged`
/// @param peers            highest seen of each peer
/// @param tombstones       lowest acceptable replica of each destroyed group
/// @param damaged          groups that must not serve, vote or acknowledge, each with file, offset and reason
/// @param events           what was cut, repaired or found broken, in the order of the log, for the node's own log
public record WalRecovery(
        LogId logId,
        boolean created,
        long incarnation,
        long previousIncarnation,
        long recoveredSequence,
        long durableSequence,
        Map<ShardId, RecoveredGroup> groups,
        Map<NodeId, WalRecord.PeerSeen> peers,
        Map<ShardId, ReplicaId> tombstones,
        Map<ShardId, String> damaged,
        List<String> events) {}
