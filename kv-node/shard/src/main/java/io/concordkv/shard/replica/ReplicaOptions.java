package io.concordkv.shard.replica;

import io.concordkv.raft.RaftOptions;

/// Bounds of one replica.
///
/// @param raft                   times and windows of the core
/// @param proposalsMax           proposals not answered yet
/// @param proposalBytesMax       bytes of proposals that wait for their turn
/// @param readsMax               reads not answered yet
/// @param snapshotThresholdBytes log bytes after which a snapshot is due (or the last one's size, if larger)
/// @param logTailEntries         entries kept below a snapshot for followers that are a little behind
/// @param applyEntriesMax        entries applied in one slice
/// @param applyBytesMax          bytes applied in one slice
/// @param snapshots              how snapshots travel
public record ReplicaOptions(
        RaftOptions raft,
        int proposalsMax,
        long proposalBytesMax,
        int readsMax,
        long snapshotThresholdBytes,
        long logTailEntries,
        int applyEntriesMax,
        long applyBytesMax,
        SnapshotOptions snapshots) {
    public static final ReplicaOptions DEFAULT = new ReplicaOptions(
            RaftOptions.DEFAULT, 20_000, 32 << 20, 50_000, 16 << 20, 10_000, 512, 1 << 20, SnapshotOptions.DEFAULT);
}
