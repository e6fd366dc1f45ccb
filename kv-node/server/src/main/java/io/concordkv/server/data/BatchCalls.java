package io.concordkv.server.data;

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
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.Limits;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.OperationsReader;
import io.concordkv.wire.Preconditions;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ResultsJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Independent operations in one request: grouped by shard, in list order a shard, answered together.
final class BatchCalls {
    private final Limits limits;

    BatchCalls(Limits limits) {
        this.limits = limits;
    }

    void batch(CallScope scope, ApiCall.Batch batch, byte[] body) {
        KeyspaceRecord keyspace = scope.keyspace(batch.keyspace());
        List<KvOperation> operations = OperationsReader.batch(body, limits);
        Optional<Idempotency> idempotency =
                scope.idempotency(batch.keyspace(), new byte[0], batch.query(), Preconditions.NONE, body);
        OperationResult[] results = new OperationResult[operations.size()];
        Map<ShardId, List<Integer>> byShard = new TreeMap<>();
        for (int i = 0; i < results.length; i++) {
            if (operations.get(i) instanceof KvOperation.Refused(var problem)) {
                results[i] = new OperationResult.Failed(problem);
            } else {
                ShardRecord shard = scope.shardOf(keyspace, Operations.key(operations.get(i)));
                byShard.computeIfAbsent(shard.id(), it -> new ArrayList<>()).add(i);
            }
        }
        int[] open = {byShard.size()};
        boolean[] written = {false};
        boolean[] mismatched = {false};
        Runnable ended = () -> {
            if (--open[0] > 0) {
                return;
            }
            if (mismatched[0] && !written[0]) {
                scope.exchange().problem(CallScope.mismatch());
            } else {
                scope.exchange().json(200, ResultsJson.batch(Arrays.asList(results)));
            }
        };
        if (byShard.isEmpty()) {
            open[0] = 1;
            ended.run();
        }
        Deadline deadline = Deadline.after(batch.timeoutMillis());
        BatchReads reads = new BatchReads(scope, batch.consistency(), deadline, operations, results, limits);
        byShard.forEach((shard, places) -> {
            if (places.stream().allMatch(it -> operations.get(it) instanceof KvOperation.Get)) {
                reads.read(shard, places, ended);
                return;
            }
            scope.send(shard, write(operations, places, idempotency), batch.consistency(), deadline, answer -> {
                mismatched[0] |= answer instanceof ShardAnswer.Written(CommandResult.Mismatch());
                written[0] |= answer instanceof ShardAnswer.Written(CommandResult.Batch it) || isUnknown(answer);
                fill(scope, keyspace, shard, places, answer, results);
                ended.run();
            });
        });
    }

    private static ShardCall write(
            List<KvOperation> operations, List<Integer> places, Optional<Idempotency> idempotency) {
        return new ShardCall.Write(
                new KvCommand.Batch(places.stream()
                        .map(it -> new KvCommand.Indexed(it, Operations.toShard(operations.get(it))))
                        .toList()),
                idempotency);
    }

    private static void fill(
            CallScope scope,
            KeyspaceRecord keyspace,
            ShardId shard,
            List<Integer> places,
            ShardAnswer answer,
            OperationResult[] results) {
        for (int i = 0; i < places.size(); i++) {
            int at = i;
            results[places.get(i)] = switch (answer) {
                case ShardAnswer.Written(CommandResult.Batch(var all)) -> Operations.toWire(all.get(at));
                case ShardAnswer.Written(CommandResult.ResultTooLarge(var bytes, var max)) ->
                    failed(tooMuch(bytes, max));
                case ShardAnswer.Written(CommandResult.Mismatch()) -> failed(CallScope.mismatch());
                case ShardAnswer.Written(CommandResult.Closed()) ->
                    new OperationResult.Failed(KeyCalls.closed(keyspace.name()));
                case ShardAnswer.Refused(var refusal) -> failed(scope.problem(refusal, shard));
                default -> throw new IllegalStateException("no answer to a batch: " + answer);
            };
        }
    }

    private static boolean isUnknown(ShardAnswer answer) {
        return answer instanceof ShardAnswer.Refused(ShardRefusal.OutcomeUnknown());
    }

    private static Problem tooMuch(long bytes, long max) {
        return Problem.overLimit(
                ProblemCode.BATCH_TOO_LARGE,
                "bytes that the gets of a batch with writes return from one shard",
                max,
                bytes);
    }

    private static OperationResult failed(Problem problem) {
        return new OperationResult.Failed(problem);
    }
}
