package io.concordkv.shard.replica;

import io.concordkv.base.NodeId;

/// Why a shard did not do what was asked. All but [OutcomeUnknown] mean that nothing was executed.
public sealed interface ShardRefusal {
    /// This replica does not lead; `leader` does.
    record NotLeader(NodeId leader) implements ShardRefusal {}

    /// Nobody is known to lead at the moment; an election or a hand-over is under way.
    record NoLeader() implements ShardRefusal {}

    record Overloaded(long retryAfterMillis) implements ShardRefusal {}

    /// The time given to the request passed before it was proposed or confirmed.
    record TimedOut() implements ShardRefusal {}

    /// It may have happened, now or later; read to find out.
    record OutcomeUnknown() implements ShardRefusal {}

    record StorageFull() implements ShardRefusal {}

    record Damaged(String reason) implements ShardRefusal {}

    record Stopping() implements ShardRefusal {}

    /// The node has no replica of that shard.
    record NoSuchShard() implements ShardRefusal {}
}
