package io.concordkv.simulation.core;

/// Something that must not happen, and did.
///
/// @param seed      replays it, with the same code
/// @param invariant the class that noticed, or `Core` when the core's own checks did
/// @param atMillis  simulated time
/// @param options   what the seed stood for
public record Finding(long seed, String invariant, String message, long atMillis, String options) {
    @Override
    public String toString() {
        return "seed %d: %s after %d ms: %s (%s)".formatted(seed, invariant, atMillis, message, options);
    }
}
