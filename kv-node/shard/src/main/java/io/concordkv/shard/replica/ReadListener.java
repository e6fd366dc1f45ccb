package io.concordkv.shard.replica;

/// Gets the one end of a read, on the loop.
public interface ReadListener {
    /// The state machine now holds everything that was acknowledged before the read began; read it now.
    void ready();

    /// A quorum confirmed the leader after the read began; it must see everything up to `readIndex`.
    ///
    /// @return true when that is all that was asked for: [#ready] does not follow
    default boolean confirmed(long readIndex) {
        return false;
    }

    void refused(ShardRefusal refusal);
}
