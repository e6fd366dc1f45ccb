package io.concordkv.client;

import io.concordkv.wire.Durations;
import io.concordkv.wire.EntityTag;
import io.concordkv.wire.Headers;
import io.concordkv.wire.KeyJson;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.ListPage;
import io.concordkv.wire.ListParameters;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.OperationsJson;
import io.concordkv.wire.Percent;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.RequestTarget;
import io.concordkv.wire.ResultsJson;
import io.concordkv.wire.TransactionBody;
import io.concordkv.wire.TransactionResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One keyspace, answering with futures. Every future fails with [ConcordException] alone. Arrays are
/// taken and given as they are, not copied.
public final class AsyncKeyspace {
    private final Caller caller;
    private final String name;
    private final String keysPath;
    private final String keyspacePath;

    AsyncKeyspace(Caller caller, String name) {
        this.caller = caller;
        this.name = name;
        keyspacePath = "/v1/keyspaces/" + name;
        keysPath = name.equals(RequestTarget.DEFAULT_KEYSPACE) ? "/v1/keys" : keyspacePath + "/keys";
    }

    public String name() {
        return name;
    }

    /// A linearizable read; empty when the key is not there.
    public Future<Optional<Entry>> get(byte[] key) {
        return caller.call(Call.read(name, path(key), "", key))
                .map(done -> Optional.of(entry(done)))
                .recover(failure ->
                        isNotFound(failure) ? Future.succeededFuture(Optional.empty()) : Future.failedFuture(failure));
    }

    public Future<OperationResult.Stored> put(byte[] key, byte[] value) {
        return put(key, value, WriteOptions.NONE);
    }

    /// Fails with `precondition-failed` when a condition of the options does not hold.
    public Future<OperationResult.Stored> put(byte[] key, byte[] value, WriteOptions options) {
        String query = options.ttlMillis() == 0 ? "" : "ttl=" + Durations.format(options.ttlMillis());
        Call call = Call.write(HttpMethod.PUT, name, path(key), query, Buffer.buffer(value), key);
        return caller.call(withOptions(call, options))
                .map(done -> new OperationResult.Stored(tag(done), done.status() == 201));
    }

    public Future<OperationResult.Deleted> delete(byte[] key) {
        return delete(key, WriteOptions.NONE);
    }

    public Future<OperationResult.Deleted> delete(byte[] key, WriteOptions options) {
        Call call = Call.write(HttpMethod.DELETE, name, path(key), "", null, key);
        return caller.call(withOptions(call, options)).map(done -> KeyJson.readDeleted(done.bytes()));
    }

    /// The first page of a list. Each page is a linearizable read of its own.
    public Future<ListPage> list(ListParameters parameters) {
        return page(parameters.withCountOnly(false).toQuery());
    }

    /// The page behind `cursor`, with the parameters of the first.
    public Future<ListPage> next(String cursor) {
        return page("cursor=" + cursor);
    }

    public Future<Long> count(ListParameters parameters) {
        String query = parameters.withCountOnly(true).toQuery();
        return caller.call(Call.read(name, keysPath, query, null))
                .map(done -> ListJson.readNumber(done.bytes(), "count"));
    }

    /// Independent operations; on one key they happen in list order.
    public Future<List<OperationResult>> batch(List<KvOperation> operations, @Nullable String idempotencyKey) {
        Buffer body = Buffer.buffer(OperationsJson.batch(operations));
        Call call = Call.write(HttpMethod.POST, name, keyspacePath + ":batch", "", body, firstKey(operations));
        boolean readsOnly = operations.stream().allMatch(KvOperation.Get.class::isInstance);
        return caller.call(withKey(json(readsOnly ? call.asRepeatable() : call), idempotencyKey))
                .map(done -> ResultsJson.readBatch(done.bytes()));
    }

    /// Atomic; all keys must lie in one shard.
    public Future<TransactionResult> transaction(TransactionBody transaction, @Nullable String idempotencyKey) {
        Buffer body = Buffer.buffer(OperationsJson.transaction(transaction));
        byte[] key = transaction.conditions().isEmpty()
                ? firstKey(transaction.then())
                : transaction.conditions().getFirst().key();
        Call call = Call.write(HttpMethod.POST, name, keyspacePath + ":txn", "", body, key);
        return caller.call(withKey(json(call), idempotencyKey)).map(done -> ResultsJson.readTransaction(done.bytes()));
    }

    /// Removes every key with this prefix.
    ///
    /// @param prefix not empty
    /// @return how many were there
    public Future<Long> deletePrefix(byte[] prefix, @Nullable String idempotencyKey) {
        return deleteRange("prefix=" + Percent.encode(prefix), idempotencyKey);
    }

    /// Removes `start` (inclusive) to `end` (exclusive); one of both must not be empty.
    public Future<Long> deleteRange(byte[] start, byte[] end, @Nullable String idempotencyKey) {
        return deleteRange("start=" + Percent.encode(start) + "&end=" + Percent.encode(end), idempotencyKey);
    }

    /// Removes every key of the keyspace.
    public Future<Long> deleteAll(@Nullable String idempotencyKey) {
        return deleteRange("all=true", idempotencyKey);
    }

    private Future<Long> deleteRange(String query, @Nullable String idempotencyKey) {
        Call call = Call.write(HttpMethod.DELETE, name, keysPath, query, null, null);
        return caller.call(withKey(call, idempotencyKey)).map(done -> ListJson.readNumber(done.bytes(), "deleted"));
    }

    private Future<ListPage> page(String query) {
        return caller.call(Call.read(name, keysPath, query, null)).map(done -> ListJson.readPage(done.bytes()));
    }

    private String path(byte[] key) {
        Limits.DEFAULT.checkKey(key);
        return keysPath + "/" + Percent.encode(key);
    }

    private static Call withOptions(Call call, WriteOptions options) {
        Call changed = call;
        if (!(options.ifMatch() instanceof EntityTag.Absent)) {
            changed = changed.withHeader("If-Match", options.ifMatch().text());
        }
        if (options.mustBeAbsent()) {
            changed = changed.withHeader("If-None-Match", "*");
        }
        return withKey(changed, options.idempotencyKey());
    }

    private static Call withKey(Call call, @Nullable String idempotencyKey) {
        return idempotencyKey == null
                ? call
                : call.withHeader(Headers.IDEMPOTENCY_KEY, idempotencyKey).asRepeatable();
    }

    private static Call json(Call call) {
        return call.withHeader("Content-Type", "application/json");
    }

    private static byte @Nullable [] firstKey(List<KvOperation> operations) {
        for (KvOperation operation : operations) {
            switch (operation) {
                case KvOperation.Put put -> {
                    return put.key();
                }
                case KvOperation.Get get -> {
                    return get.key();
                }
                case KvOperation.Delete delete -> {
                    return delete.key();
                }
                case KvOperation.Refused _ -> {}
            }
        }
        return null;
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof ConcordException refused && refused.code() == ProblemCode.KEY_NOT_FOUND;
    }

    private static Entry entry(Answer.Done done) {
        String expires = done.headers().get(Headers.EXPIRES_IN);
        return new Entry(
                done.bytes(),
                done.number(Headers.REVISION),
                done.number(Headers.CREATE_REVISION),
                done.number(Headers.VERSION),
                expires == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(Durations.parseMillis(Headers.EXPIRES_IN, expires, 0, Long.MAX_VALUE)));
    }

    private static long tag(Answer.Done done) {
        return EntityTag.parse("ETag", done.headers().get("ETag")) instanceof EntityTag.Revision(long revision)
                ? revision
                : 0;
    }
}
