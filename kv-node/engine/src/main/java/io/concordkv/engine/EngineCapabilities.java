package io.concordkv.engine;

/// What an engine can do.
///
/// @param ordered cursors walk in key order; without it only whole scans are possible
/// @param durable what was flushed survives the process; without it the Raft log and snapshots do
public record EngineCapabilities(boolean ordered, boolean durable) {}
