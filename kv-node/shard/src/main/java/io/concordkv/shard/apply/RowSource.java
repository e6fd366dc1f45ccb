package io.concordkv.shard.apply;

/// A forward pass over the rows of a state machine at one point of its log.
public interface RowSource extends AutoCloseable {
    /// @return false at the end
    boolean next();

    byte[] key();

    byte[] value();

    @Override
    void close();
}
