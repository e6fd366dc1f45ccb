package io.concordkv.shard.command;

/// What a state machine answers for one applied entry; each state machine has its own variants.
public interface ApplyResult {}
