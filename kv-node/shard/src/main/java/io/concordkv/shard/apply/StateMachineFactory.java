package io.concordkv.shard.apply;

/// Makes empty state machines for one group: at start, and anew for every installed snapshot.
public interface StateMachineFactory {
    StateMachine create();
}
