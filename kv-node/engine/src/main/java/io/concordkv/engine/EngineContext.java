package io.concordkv.engine;

import io.concordkv.base.Clock;

/// What an engine is given when it is opened.
///
/// @param name   names this engine in messages, such as `shard-12`
/// @param memory ledger and bound of off-heap memory, usually shared by all engines of the node
/// @param clock  for the age of views
/// @param limits bounds of batches, entries and views
public record EngineContext(String name, MemoryBudget memory, Clock clock, EngineLimits limits) {
    /// With the default limits.
    public static EngineContext of(String name, MemoryBudget memory, Clock clock) {
        return new EngineContext(name, memory, clock, EngineLimits.DEFAULTS);
    }
}
