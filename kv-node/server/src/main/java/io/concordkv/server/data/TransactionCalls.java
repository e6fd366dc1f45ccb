package io.concordkv.server.data;

import io.concordkv.base.ShardId;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wire.ApiCall;
import io.concordkv.wire.Condition;
import io.concordkv.wire.Consistency;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.Limits;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.OperationsReader;
import io.concordkv.wire.Preconditions;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import io.concordkv.wire.ResultsJson;
import io.concordkv.wire.TransactionBody;
import io.concordkv.wire.TransactionResult;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// If / then / else over keys of one shard, atomic.
final class TransactionCalls {
    private final Limits limits;

    TransactionCalls(Limits limits) {
        this.limits = limits;
    }

    void transaction(CallScope scope, ApiCall.Transaction transaction, byte[] json) {
        KeyspaceRecord keyspace = scope.keyspace(transaction.keyspace());
        TransactionBody body = OperationsReader.transaction(json, limits);
        Optional<Idempotency> idempotency =
                scope.idempotency(transaction.keyspace(), new byte[0], transaction.query(), Preconditions.NONE, json);
        ShardRecord shard = shard(scope, keyspace, body);
        ShardCall call = new ShardCall.Write(
                new KvCommand.Transaction(
                        body.conditions().stream().map(Operations::toShard).toList(),
                        body.then().stream().map(Operations::toShard).toList(),
                        body.otherwise().stream().map(Operations::toShard).toList()),
                idempotency);
        scope.call(shard, call, Consistency.DEFAULT, Deadline.after(transaction.timeoutMillis()), answer -> {
            scope.name(shard.id());
            answered(scope, keyspace, ((ShardAnswer.Written) answer).result());
        });
    }

    private static ShardRecord shard(CallScope scope, KeyspaceRecord keyspace, TransactionBody body) {
        TreeMap<ShardId, ShardRecord> shards = new TreeMap<>();
        for (Condition condition : body.conditions()) {
            add(scope, keyspace, shards, condition.key());
        }
        for (KvOperation operation : body.then()) {
            add(scope, keyspace, shards, key(operation));
        }
        for (KvOperation operation : body.otherwise()) {
            add(scope, keyspace, shards, key(operation));
        }
        if (shards.size() > 1) {
            List<String> names = shards.keySet().stream().map(ShardId::toString).toList();
            throw Problem.of(
                            ProblemCode.CROSS_SHARD_TRANSACTION,
                            "the keys lie in shards " + String.join(", ", names)
                                    + "; all keys of a transaction must lie in one, which a common {tag} in them does")
                    .with(ProblemField.SHARDS, names)
                    .asException();
        }
        return shards.isEmpty()
                ? scope.shards(keyspace).getFirst()
                : shards.firstEntry().getValue();
    }

    private static void add(
            CallScope scope, KeyspaceRecord keyspace, TreeMap<ShardId, ShardRecord> shards, byte[] key) {
        ShardRecord shard = scope.shardOf(keyspace, key);
        shards.put(shard.id(), shard);
    }

    /// A transaction is all or nothing: an operation over its limit refuses the whole.
    private static byte[] key(KvOperation operation) {
        if (operation instanceof KvOperation.Refused(var problem)) {
            throw problem.asException();
        }
        return Operations.key(operation);
    }

    private static void answered(CallScope scope, KeyspaceRecord keyspace, CommandResult result) {
        Exchange exchange = scope.exchange();
        switch (result) {
            case CommandResult.Transaction(var succeeded, var revision, var results) -> {
                List<OperationResult> wire =
                        results.stream().map(Operations::toWire).toList();
                exchange.json(200, ResultsJson.transaction(new TransactionResult(succeeded, revision, wire)));
            }
            case CommandResult.Mismatch() -> exchange.problem(CallScope.mismatch());
            case CommandResult.MemoryFull(var retryAfter) -> exchange.problem(CallScope.memoryFull(retryAfter));
            case CommandResult.ResultTooLarge(var bytes, var max) ->
                exchange.problem(Problem.overLimit(
                        ProblemCode.BATCH_TOO_LARGE,
                        "bytes of the results of a transaction, which a keyed one remembers",
                        max,
                        bytes));
            case CommandResult.Closed() -> exchange.problem(KeyCalls.closed(keyspace.name()));
            default -> throw new IllegalStateException("no answer to a transaction: " + result);
        }
    }
}
