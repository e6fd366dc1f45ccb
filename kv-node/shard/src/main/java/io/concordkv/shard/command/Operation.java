package io.concordkv.shard.command;

/// One operation on one key, inside a command.
public sealed interface Operation {
    byte[] key();

    /// Stores a value.
    ///
    /// @param ttlMillis time to live from the command's time on; 0 = for ever, and removes any deadline
    record Put(byte[] key, byte[] value, long ttlMillis) implements Operation {}

    /// Removes the key; an absent key stays absent and costs no revision.
    record Delete(byte[] key) implements Operation {}

    /// Reads the key at this place in the order of the log.
    record Get(byte[] key) implements Operation {}
}
