package io.concordkv.wal;

/// Counts since the log was opened, and sizes now.
///
/// @param frames       frames written, checkpoints included
/// @param syncs        syncs that returned
/// @param records      records written
/// @param bytes        bytes handed to files, padding included
/// @param bodyBytes    bytes of the records in them
/// @param rotations    segments begun since the start
/// @param segments     segments with live entries or later, the active one included
/// @param reserves     segments held ready
/// @param segmentBytes bytes of all segments
/// @param ballastBytes bytes of the ballast
public record WalStats(
        long frames,
        long syncs,
        long records,
        long bytes,
        long bodyBytes,
        long rotations,
        int segments,
        int reserves,
        long segmentBytes,
        long ballastBytes) {}
