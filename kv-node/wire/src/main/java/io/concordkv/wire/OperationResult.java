package io.concordkv.wire;

/// What one operation of a batch or transaction gave.
public sealed interface OperationResult {
    /// @param created the key was not there before
    record Stored(long revision, boolean created) implements OperationResult {}

    record Found(byte[] value, long revision) implements OperationResult {}

    /// A get of a key that is not there.
    record Absent() implements OperationResult {}

    /// @param revision of the removal; 0 when the key was not there
    record Deleted(long revision) implements OperationResult {
        public boolean wasPresent() {
            return revision != 0;
        }
    }

    record Failed(Problem problem) implements OperationResult {}
}
