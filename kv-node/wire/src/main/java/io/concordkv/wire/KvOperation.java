package io.concordkv.wire;

/// One operation of a batch or transaction.
public sealed interface KvOperation {
    /// @param ttlMillis 0 = stays until removed
    record Put(byte[] key, byte[] value, long ttlMillis) implements KvOperation {}

    record Get(byte[] key) implements KvOperation {}

    record Delete(byte[] key) implements KvOperation {}

    /// An operation of a batch whose key or value is over its limit: only it fails, with this problem.
    record Refused(Problem problem) implements KvOperation {}
}
