package io.concordkv.engine;

/// The order in which a [Cursor] walks its range.
public enum Direction {
    /// From the lowest key up.
    FORWARD,
    /// From the highest key down.
    BACKWARD
}
