package io.concordkv.server.data;

import io.concordkv.base.Bytes;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.replica.ShardRefusal;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wire.ApiCall;
import io.concordkv.wire.Consistency;
import io.concordkv.wire.Executed;
import io.concordkv.wire.KeyJson;
import io.concordkv.wire.Limits;
import io.concordkv.wire.Preconditions;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Removes a range over all shards, in commands of at most 10,000 keys, each atomic. Stopped midway it
/// says how much is gone.
final class RangeDelete {
    void delete(CallScope scope, ApiCall.DeleteRange delete) {
        KeyspaceRecord keyspace = scope.keyspace(delete.keyspace());
        byte[] range = delete.start().array();
        Optional<Idempotency> idempotency =
                scope.idempotency(delete.keyspace(), range, delete.query(), Preconditions.NONE, new byte[0]);
        new Run(scope, keyspace, delete, idempotency).start();
    }

    private record Stop(ShardId shard, Problem why) {}

    private static final class Run {
        private final CallScope scope;
        private final KeyspaceRecord keyspace;
        private final ApiCall.DeleteRange delete;
        private final Optional<Idempotency> idempotency;
        private final Deadline deadline;
        private long deleted;
        private int open;
        private @Nullable Stop stop;

        Run(CallScope scope, KeyspaceRecord keyspace, ApiCall.DeleteRange delete, Optional<Idempotency> idempotency) {
            this.scope = scope;
            this.keyspace = keyspace;
            this.delete = delete;
            this.idempotency = idempotency;
            this.deadline = Deadline.after(delete.timeoutMillis());
        }

        void start() {
            List<ShardRecord> shards = scope.shards(keyspace);
            if (!scope.mayForward()) {
                shards.forEach(this::checkLedHere);
            }
            open = shards.size();
            for (ShardRecord shard : shards) {
                command(shard, delete.start().array(), 0);
            }
        }

        /// What may not be forwarded is refused before any shard has removed something.
        private void checkLedHere(ShardRecord shard) {
            NodeId leader = scope.member().host().leaderOf(shard.id());
            NodeId here = scope.member().host().identity().node();
            if (!leader.equals(here) && !leader.equals(NodeId.NONE)) {
                scope.name(shard.id());
                throw scope.problem(new ShardRefusal.NotLeader(leader), shard.id())
                        .asException();
            }
        }

        private void command(ShardRecord shard, byte[] start, int number) {
            KvCommand.Body body = new KvCommand.DeleteRange(
                    start,
                    Optional.ofNullable(delete.end()).map(Bytes::array),
                    Limits.RANGE_DELETE_KEYS_PER_COMMAND,
                    number);
            scope.send(
                    shard.id(),
                    new ShardCall.Write(body, idempotency),
                    Consistency.DEFAULT,
                    deadline,
                    answer -> answered(shard, number, answer));
        }

        private void answered(ShardRecord shard, int number, ShardAnswer answer) {
            switch (answer) {
                case ShardAnswer.Written(CommandResult.RangeDeleted(var count, var next)) -> {
                    deleted += count;
                    if (next.isPresent() && stop == null && !scope.exchange().isAnswered()) {
                        command(shard, next.get(), number + 1);
                    } else {
                        ended();
                    }
                }
                case ShardAnswer.Written(CommandResult.Mismatch()) -> stopped(shard, CallScope.mismatch());
                case ShardAnswer.Written(CommandResult.MemoryFull(var retryAfter)) ->
                    stopped(shard, CallScope.memoryFull(retryAfter));
                case ShardAnswer.Written(CommandResult.Closed()) -> stopped(shard, KeyCalls.closed(keyspace.name()));
                case ShardAnswer.Refused(var refusal) -> stopped(shard, scope.problem(refusal, shard.id()));
                default -> throw new IllegalStateException("no answer to a range delete: " + answer);
            }
        }

        /// No shard gets another command; what is under way is waited for, to say how much is gone.
        private void stopped(ShardRecord shard, Problem why) {
            if (stop == null || stop.why.executed() == Executed.NO && why.executed() != Executed.NO) {
                stop = new Stop(shard.id(), why);
            }
            ended();
        }

        private void ended() {
            if (--open > 0) {
                return;
            }
            if (stop == null) {
                scope.exchange().json(200, KeyJson.deletedCount(deleted));
            } else if (deleted == 0 && stop.why.executed() == Executed.NO) {
                scope.exchange().problem(stop.why);
            } else {
                scope.exchange().problem(midway(stop.shard, stop.why));
            }
        }

        private Problem midway(ShardId shard, Problem why) {
            String next = why.retryable() ? "; send the same request again to go on" : "";
            return Problem.of(
                            ProblemCode.OUTCOME_UNKNOWN, "stopped midway: shard " + shard + ": " + why.detail() + next)
                    .retryable(why.retryable())
                    .with(ProblemField.DELETED, deleted);
        }
    }
}
