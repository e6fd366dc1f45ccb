package io.concordkv.shard.command;

/// The client's word that a request seen twice is meant once (SAFETY S4).
///
/// @param key         1 to 128 printable characters, as bytes
/// @param fingerprint hash of everything the request says; 16 bytes
public record Idempotency(byte[] key, byte[] fingerprint) {
    public static final int FINGERPRINT_BYTES = 16;
}
