package io.concordkv.server.data;

import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.Condition;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.command.OperationResult;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wire.ApiCall;
import io.concordkv.wire.Consistency;
import io.concordkv.wire.EntityTag;
import io.concordkv.wire.Headers;
import io.concordkv.wire.KeyJson;
import io.concordkv.wire.Limits;
import io.concordkv.wire.Preconditions;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import io.concordkv.wire.Query;
import io.vertx.core.http.HttpHeaders;
import java.util.Optional;

/// Put, get and delete of one key.
final class KeyCalls {
    private static final CharSequence REVISION = HttpHeaders.createOptimized(Headers.REVISION);
    private static final CharSequence CREATE_REVISION = HttpHeaders.createOptimized(Headers.CREATE_REVISION);
    private static final CharSequence VERSION = HttpHeaders.createOptimized(Headers.VERSION);

    private final Limits limits;

    KeyCalls(Limits limits) {
        this.limits = limits;
    }

    void put(CallScope scope, ApiCall.PutKey put, byte[] value) {
        Problem tooLarge = limits.valueProblem(value.length);
        if (tooLarge != null) {
            throw tooLarge.asException();
        }
        write(
                scope,
                put.keyspace(),
                new Operation.Put(put.key(), value, put.ttlMillis()),
                put.timeoutMillis(),
                put.query(),
                value);
    }

    void delete(CallScope scope, ApiCall.DeleteKey delete) {
        write(
                scope,
                delete.keyspace(),
                new Operation.Delete(delete.key()),
                delete.timeoutMillis(),
                delete.query(),
                new byte[0]);
    }

    private void write(
            CallScope scope, String keyspaceName, Operation operation, long timeoutMillis, Query query, byte[] body) {
        KeyspaceRecord keyspace = scope.keyspace(keyspaceName);
        ShardRecord shard = scope.shardOf(keyspace, operation.key());
        Preconditions conditions = scope.writeConditions();
        KvCommand.Body command = new KvCommand.Single(operation, condition(operation.key(), conditions));
        ShardCall call =
                new ShardCall.Write(command, scope.idempotency(keyspaceName, operation.key(), query, conditions, body));
        scope.call(shard, call, Consistency.DEFAULT, Deadline.after(timeoutMillis), answer -> {
            scope.name(shard.id());
            answered(scope, keyspaceName, ((ShardAnswer.Written) answer).result());
        });
    }

    private static Optional<Condition> condition(byte[] key, Preconditions conditions) {
        return switch (conditions.ifMatch()) {
            case EntityTag.Revision(var revision) -> Optional.of(new Condition.RevisionIs(key, revision));
            case EntityTag.Any() -> Optional.of(new Condition.Exists(key, true));
            case EntityTag.Absent() ->
                conditions.ifNoneMatch() instanceof EntityTag.Any
                        ? Optional.of(new Condition.Exists(key, false))
                        : Optional.empty();
        };
    }

    private static void answered(CallScope scope, String keyspace, CommandResult result) {
        Exchange exchange = scope.exchange();
        switch (result) {
            case CommandResult.Single(OperationResult.Stored(var revision, var created)) ->
                exchange.header(HttpHeaders.ETAG, EntityTag.format(revision))
                        .json(created ? 201 : 200, KeyJson.stored(revision, created));
            case CommandResult.Single(OperationResult.Deleted(var deleted, var revision)) ->
                exchange.json(200, KeyJson.deleted(revision));
            case CommandResult.ConditionFailed(var revision) -> conditionFailed(exchange, revision);
            case CommandResult.Mismatch() -> exchange.problem(CallScope.mismatch());
            case CommandResult.MemoryFull(var retryAfter) -> exchange.problem(CallScope.memoryFull(retryAfter));
            case CommandResult.Closed() -> exchange.problem(closed(keyspace));
            default -> throw new IllegalStateException("no answer to a single write: " + result);
        }
    }

    private static void conditionFailed(Exchange exchange, long revision) {
        if (revision != 0) {
            exchange.header(HttpHeaders.ETAG, EntityTag.format(revision));
        }
        exchange.problem(Problem.of(
                ProblemCode.PRECONDITION_FAILED,
                revision == 0
                        ? "the key is absent, which the condition excludes; nothing was executed"
                        : "the key has revision " + revision + ", which the condition excludes; nothing was executed"));
    }

    static Problem closed(String keyspace) {
        return Problem.of(ProblemCode.KEYSPACE_NOT_FOUND, "keyspace " + keyspace + " is being deleted")
                .with(ProblemField.KEYSPACE, keyspace);
    }

    void get(CallScope scope, ApiCall.GetKey get) {
        KeyspaceRecord keyspace = scope.keyspace(get.keyspace());
        ShardRecord shard = scope.shardOf(keyspace, get.key());
        Preconditions conditions = scope.readConditions();
        scope.call(
                shard, new ShardCall.Get(get.key()), get.consistency(), Deadline.after(get.timeoutMillis()), answer -> {
                    scope.name(shard.id());
                    Optional<StoredValue> value = ((ShardAnswer.Value) answer).value();
                    if (value.isPresent()) {
                        found(scope, get, conditions, value.get());
                    } else if (!conditions.ifMatchHolds(0)) {
                        conditionFailed(scope.exchange(), 0);
                    } else {
                        scope.exchange().problem(Problem.of(ProblemCode.KEY_NOT_FOUND, "the key is absent"));
                    }
                });
    }

    private static void found(CallScope scope, ApiCall.GetKey get, Preconditions conditions, StoredValue value) {
        Exchange exchange = scope.exchange();
        exchange.header(HttpHeaders.ETAG, EntityTag.format(value.revision()))
                .header(REVISION, Long.toString(value.revision()))
                .header(CREATE_REVISION, Long.toString(value.createRevision()))
                .header(VERSION, Long.toString(value.version()));
        if (value.expiresAt() != 0) {
            long left = Math.max(
                    0, value.expiresAt() - scope.member().host().clocks().clampedMillis());
            exchange.header(Headers.EXPIRES_IN, left + "ms");
        }
        if (!conditions.ifMatchHolds(value.revision())) {
            conditionFailed(exchange, value.revision());
        } else if (!conditions.ifNoneMatchHolds(value.revision())) {
            exchange.empty(304);
        } else {
            exchange.bytes(value.value(), get.head());
        }
    }
}
