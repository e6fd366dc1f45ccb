package io.concordkv.shard.check;

import io.concordkv.base.Bytes;
import io.concordkv.base.LogPosition;

/// What a replica's state was, as of one entry: SHA-256 over all rows in key order, each as
/// `key length (4, little-endian) · key · value length (4) · value`. Equal on all replicas, or one of them is wrong.
///
/// @param position of the entry that asked for it
/// @param hash     32 bytes
public record StateHash(LogPosition position, Bytes hash) {
    public static final int BYTES = 32;
}
