package io.concordkv.engine;

/// Figures of one engine at one moment.
///
/// @param entries           keys stored
/// @param keyBytes          bytes of all keys
/// @param valueBytes        bytes of all values
/// @param memoryUsed        bytes in use, structure and rounding included
/// @param memoryReserved    bytes taken from the memory budget, at least `memoryUsed`
/// @param viewsOpen         views that are open and not expired
/// @param viewBytesRetained bytes that only open views keep alive
/// @param viewsExpired      views ended by a limit since the engine was opened
/// @param batches           batches written since the engine was opened
/// @param operations        operations carried out since the engine was opened
/// @param levels            levels of the structure a lookup passes
public record EngineStats(
        long entries,
        long keyBytes,
        long valueBytes,
        long memoryUsed,
        long memoryReserved,
        int viewsOpen,
        long viewBytesRetained,
        long viewsExpired,
        long batches,
        long operations,
        int levels) {}
