package io.concordkv.client;

import java.util.OptionalLong;

/// What stands under a key.
///
/// @param revision        of the last write
/// @param createRevision  of the write that created it
/// @param version         writes since then, 1 = as created
/// @param expiresInMillis time to live left, when it has one
public record Entry(byte[] value, long revision, long createRevision, long version, OptionalLong expiresInMillis) {}
