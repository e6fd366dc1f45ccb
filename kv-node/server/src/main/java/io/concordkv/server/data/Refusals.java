package io.concordkv.server.data;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.replica.ShardRefusal;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.wire.Executed;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;

/// One table from what a shard refuses to what a client is told.
final class Refusals {
    private Refusals() {}

    static Problem of(ShardRefusal refusal, ShardId shard, ClusterState state) {
        Problem problem = switch (refusal) {
            case ShardRefusal.NotLeader(var leader) ->
                Problem.of(ProblemCode.NOT_LEADER, "this node does not lead shard " + shard + "; ask the leader")
                        .with(ProblemField.LEADER, address(state, leader))
                        .with(ProblemField.EPOCH, state.epoch());
            case ShardRefusal.NoLeader() ->
                Problem.of(
                                ProblemCode.NO_LEADER,
                                "shard " + shard + " has no leader at the moment; nothing was executed")
                        .retryAfter(200);
            case ShardRefusal.NoSuchShard() ->
                Problem.of(ProblemCode.NO_LEADER, "shard " + shard + " is not served yet; nothing was executed")
                        .retryAfter(200);
            case ShardRefusal.Overloaded(var retryAfter) ->
                Problem.of(
                                ProblemCode.OVERLOADED,
                                "shard " + shard + " has more calls waiting than it may; nothing was executed")
                        .retryAfter(retryAfter);
            case ShardRefusal.TimedOut() ->
                Problem.of(ProblemCode.TIMEOUT, "the call's time was over before anything was executed")
                        .executed(Executed.NO);
            case ShardRefusal.OutcomeUnknown() ->
                Problem.of(
                        ProblemCode.OUTCOME_UNKNOWN,
                        "the write may have been executed or may still be; read to find out");
            case ShardRefusal.StorageFull() ->
                Problem.of(
                        ProblemCode.STORAGE_FULL,
                        "storage is nearly full: puts are refused, reads go on, and deletes as long as the log has"
                                + " room for them");
            case ShardRefusal.Damaged(var reason) ->
                Problem.of(ProblemCode.REPLICA_DAMAGED, "the replica of shard " + shard + " is damaged: " + reason);
            case ShardRefusal.Stopping() ->
                Problem.of(ProblemCode.SHUTTING_DOWN, "the node is stopping; nothing was executed");
        };
        return problem.with(ProblemField.SHARD, shard.toString());
    }

    /// A write whose time was over after it had been proposed.
    static Problem timedOutWrite(ShardId shard, long timeoutMillis) {
        return Problem.of(
                        ProblemCode.TIMEOUT,
                        "the write was not acknowledged within " + timeoutMillis
                                + " ms; it may have been executed or may still be; read to find out")
                .executed(Executed.UNKNOWN)
                .with(ProblemField.SHARD, shard.toString());
    }

    /// HTTP address of a node; empty when unknown.
    static String address(ClusterState state, NodeId node) {
        return state.node(node).map(NodeRecord::http).orElse("");
    }
}
