package io.concordkv.server.data;

import io.concordkv.shard.command.Condition;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.OperationResult;
import java.util.Optional;

/// Between operations as clients write them and as shards carry them out.
final class Operations {
    private Operations() {}

    static Operation toShard(KvOperation operation) {
        return switch (operation) {
            case KvOperation.Put(var key, var value, var ttl) -> new Operation.Put(key, value, ttl);
            case KvOperation.Get(var key) -> new Operation.Get(key);
            case KvOperation.Delete(var key) -> new Operation.Delete(key);
            case KvOperation.Refused it -> throw new IllegalStateException("a refused operation goes to no shard");
        };
    }

    static byte[] key(KvOperation operation) {
        return switch (operation) {
            case KvOperation.Put put -> put.key();
            case KvOperation.Get get -> get.key();
            case KvOperation.Delete delete -> delete.key();
            case KvOperation.Refused it -> throw new IllegalStateException("a refused operation has no key");
        };
    }

    static Condition toShard(io.concordkv.wire.Condition condition) {
        return switch (condition) {
            case io.concordkv.wire.Condition.HasRevision(var key, var revision) ->
                new Condition.RevisionIs(key, revision);
            case io.concordkv.wire.Condition.Exists(var key, var expected) -> new Condition.Exists(key, expected);
            case io.concordkv.wire.Condition.HasValue(var key, var value) -> new Condition.ValueIs(key, value);
        };
    }

    static OperationResult toWire(io.concordkv.shard.command.OperationResult result) {
        return switch (result) {
            case io.concordkv.shard.command.OperationResult.Stored(var revision, var created) ->
                new OperationResult.Stored(revision, created);
            case io.concordkv.shard.command.OperationResult.Deleted(var deleted, var revision) ->
                new OperationResult.Deleted(revision);
            case io.concordkv.shard.command.OperationResult.Found(var value) ->
                new OperationResult.Found(value.value(), value.revision());
            case io.concordkv.shard.command.OperationResult.Absent() -> new OperationResult.Absent();
            case io.concordkv.shard.command.OperationResult.Mismatch() ->
                new OperationResult.Failed(CallScope.mismatch());
            case io.concordkv.shard.command.OperationResult.MemoryFull(var retryAfter) ->
                new OperationResult.Failed(CallScope.memoryFull(retryAfter));
        };
    }

    static OperationResult read(Optional<StoredValue> value) {
        return value.<OperationResult>map(it -> new OperationResult.Found(it.value(), it.revision()))
                .orElseGet(OperationResult.Absent::new);
    }
}
