package io.concordkv.shard.call;

/// How fresh a read must be (API §1).
public enum Consistency {
    /// Everything acknowledged before the read began is in it.
    LINEARIZABLE,
    /// Whatever the asked replica has applied.
    ANY
}
