package io.concordkv.wal;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import java.util.List;

/// What the log remembers. Records of one [Wal#enqueue] call become durable together or not at all,
/// in their order. Arrays are shared, not copied: nobody writes into them afterwards.
public sealed interface WalRecord {
    /// Appends to a group's log. The first index is the last one of the log + 1: what is to be
    /// replaced is cut by a [TruncateSuffix] before.
    ///
    /// @param entries contiguous, ascending, at least one
    record Entries(ShardId group, List<LogEntry> entries) implements WalRecord {
        public Entries {
            if (entries.isEmpty()) {
                throw new IllegalArgumentException("no entries for group " + group);
            }
        }
    }

    /// Term, vote and commit index, always all three.
    ///
    /// @param votedFor a [ReplicaId], 0 for none in this term
    record HardState(ShardId group, long term, long votedFor, long commit) implements WalRecord {}

    /// Cuts every entry above `lastKept`.
    record TruncateSuffix(ShardId group, long lastKept) implements WalRecord {}

    /// Forgets every entry up to `upTo`, whose effects are durable in the engine.
    ///
    /// @param configuration      the configuration in force at `upTo` (SAFETY L7)
    /// @param configurationIndex index of the entry that brought it, 0 for the one of the creation
    record CompactPrefix(ShardId group, LogPosition upTo, byte[] configuration, long configurationIndex)
            implements WalRecord {}

    /// The switch to an installed snapshot (SAFETY S6).
    ///
    /// @param logReset true drops the whole log; false keeps what is above `position`
    record SnapshotInstalled(
            ShardId group,
            String snapshotId,
            LogPosition position,
            byte[] configuration,
            long configurationIndex,
            boolean logReset)
            implements WalRecord {}

    /// An empty replica. Clears a damage mark of the replica that was here before.
    record GroupCreated(ShardId group, ReplicaId replica, byte[] configuration) implements WalRecord {}

    /// Forgets the group and leaves a tombstone (SAFETY R1).
    ///
    /// @param lowestAcceptable no replica below this one may ever be created here again
    record GroupDestroyed(ShardId group, ReplicaId lowestAcceptable) implements WalRecord {}

    /// Marks a replica as one that must never serve, vote or acknowledge again; only its destruction or
    /// the creation of another replica in its place takes the mark away (SAFETY R3). The log writes
    /// it for rot it finds; others may for what they find.
    record GroupDamaged(ShardId group, String reason) implements WalRecord {}

    /// The highest that was seen of a peer (SAFETY I4); the highest (incarnation, sequence) is kept.
    record PeerSeen(NodeId node, VolumeId volume, long incarnation, long sequence) implements WalRecord {}
}
