package io.concordkv.shard.call;

/// How fresh a read must be (API §1). A stronger read than asked for is always allowed.
public sealed interface Consistency {
    Consistency LINEARIZABLE = new Linearizable();
    Consistency LEADER = new Leader();
    Consistency ANY = new Any();

    /// Everything acknowledged before the read began is in it.
    record Linearizable() implements Consistency {}

    /// What a replica that believes to lead has committed, without asking the others.
    record Leader() implements Consistency {}

    /// Everything acknowledged longer ago than this is in it.
    ///
    /// @param millis at least 1
    record Bounded(long millis) implements Consistency {}

    /// Whatever the asked replica has applied.
    record Any() implements Consistency {}
}
