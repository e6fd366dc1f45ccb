package io.concordkv.raft;

/// A configuration and the entry it came from: what `compact-prefix` and snapshots must carry
/// (SAFETY L7).
///
/// @param index index of the entry; 0 for the one the group was created with
public record ConfigurationAt(long index, Configuration configuration) {}
