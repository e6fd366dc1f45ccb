package io.concordkv.shard.replica;

/// Gets the one end of a read, on the loop.
public interface ReadListener {
    /// The state machine now holds everything that was acknowledged before the read began; read it now.
    void ready();

    void refused(ShardRefusal refusal);
}
