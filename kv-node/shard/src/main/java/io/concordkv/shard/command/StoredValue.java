package io.concordkv.shard.command;

/// A value with what is known about it.
///
/// @param value          the bytes
/// @param revision       of the write that stored it
/// @param createRevision of the write that created the key
/// @param version        1 when just created, then one more a write
/// @param expiresAt      wall milliseconds of its deadline, 0 = none
public record StoredValue(byte[] value, long revision, long createRevision, long version, long expiresAt) {}
