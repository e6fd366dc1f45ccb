package io.concordkv.wal;

/// Counts since the log was opened, and sizes now.
///
/// @param frames       frames written, checkpoints included
/// @param syncs        syncs that returned
/// @param records      records written
/// @param bytes        bytes handed to files, padding included
/// @param rotations    segments begun after the first of this start
/// @param segments     segments on disk, the active one included
/// @param reserves     segments held ready
/// @param segmentBytes bytes of all segments up to their ends
/// @param ballastBytes bytes of the ballast
public record WalStats(
        long frames,
        long syncs,
        long records,
        long bytes,
        long rotations,
        int segments,
        int reserves,
        long segmentBytes,
        long ballastBytes) {}
