package io.concordkv.wire;

/// One condition of a transaction.
public sealed interface Condition {
    byte[] key();

    /// The key is there at exactly this revision.
    record HasRevision(byte[] key, long revision) implements Condition {}

    record Exists(byte[] key, boolean expected) implements Condition {}

    record HasValue(byte[] key, byte[] value) implements Condition {}
}
