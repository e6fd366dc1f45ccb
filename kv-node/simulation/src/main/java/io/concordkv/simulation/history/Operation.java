package io.concordkv.simulation.history;

import java.util.Optional;

/// One call of a client on one key, with its times. Every written value is unique in a history.
///
/// @param invoked  when it was sent, nanoseconds
/// @param returned when its answer came; [Long#MAX_VALUE] when none came or it may still take effect
/// @param kind     what was asked and answered
public record Operation(long invoked, long returned, Kind kind) {
    /// What was asked, with the answer where there was one.
    public sealed interface Kind {}

    /// Stores a value, whatever was there.
    public record Put(String value) implements Kind {}

    /// Stores a value when the key is absent.
    ///
    /// @param stored empty when no answer came
    public record PutIfAbsent(String value, Optional<Boolean> stored) implements Kind {}

    /// Removes the key.
    ///
    /// @param deleted whether something was there; empty when no answer came
    public record Delete(Optional<Boolean> deleted) implements Kind {}

    /// @param value what was read, empty = absent
    public record Get(Optional<String> value) implements Kind {}
}
