package io.concordkv.wire;

import org.jspecify.annotations.Nullable;

/// One key of a list.
///
/// @param value null when only keys were asked for
public record ListItem(byte[] key, byte @Nullable [] value, long revision) {}
