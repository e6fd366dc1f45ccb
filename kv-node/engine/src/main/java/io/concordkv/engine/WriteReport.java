package io.concordkv.engine;

/// What [StorageEngine#write] did with a batch.
///
/// @param written   operations carried out
/// @param collapsed operations that a later one of the same batch made void
/// @param bytes     keys and values of the operations carried out
public record WriteReport(int written, int collapsed, long bytes) {}
