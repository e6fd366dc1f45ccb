package io.concordkv.shard.command;

/// What must hold of a key before a command changes anything. Expired keys are absent.
public sealed interface Condition {
    byte[] key();

    /// True when the key exists with exactly this revision.
    record RevisionIs(byte[] key, long revision) implements Condition {}

    record Exists(byte[] key, boolean exists) implements Condition {}

    /// True when the key exists with exactly these bytes.
    record ValueIs(byte[] key, byte[] value) implements Condition {}
}
