package io.concordkv.client;

import io.concordkv.wire.KvOperation;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListPage;
import io.concordkv.wire.ListParameters;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.TransactionBody;
import io.concordkv.wire.TransactionResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// One keyspace, waiting for each answer. Every method throws [ConcordException] for refusals and must
/// not be called on an event loop.
public final class Keyspace {
    private final AsyncKeyspace async;

    Keyspace(AsyncKeyspace async) {
        this.async = async;
    }

    public Optional<Entry> get(byte[] key) {
        return await(async.get(key));
    }

    public OperationResult.Stored put(byte[] key, byte[] value) {
        return await(async.put(key, value));
    }

    public OperationResult.Stored put(byte[] key, byte[] value, WriteOptions options) {
        return await(async.put(key, value, options));
    }

    public OperationResult.Deleted delete(byte[] key) {
        return await(async.delete(key));
    }

    public OperationResult.Deleted delete(byte[] key, WriteOptions options) {
        return await(async.delete(key, options));
    }

    public ListPage list(ListParameters parameters) {
        return await(async.list(parameters));
    }

    public ListPage next(String cursor) {
        return await(async.next(cursor));
    }

    /// All matching keys, fetched page by page while iterating.
    public Iterable<ListItem> scan(ListParameters parameters) {
        return () -> new Pages(parameters);
    }

    public long count(ListParameters parameters) {
        return await(async.count(parameters));
    }

    public List<OperationResult> batch(List<KvOperation> operations, @Nullable String idempotencyKey) {
        return await(async.batch(operations, idempotencyKey));
    }

    public TransactionResult transaction(TransactionBody transaction, @Nullable String idempotencyKey) {
        return await(async.transaction(transaction, idempotencyKey));
    }

    public long deletePrefix(byte[] prefix, @Nullable String idempotencyKey) {
        return await(async.deletePrefix(prefix, idempotencyKey));
    }

    public long deleteRange(byte[] start, byte[] end, @Nullable String idempotencyKey) {
        return await(async.deleteRange(start, end, idempotencyKey));
    }

    public long deleteAll(@Nullable String idempotencyKey) {
        return await(async.deleteAll(idempotencyKey));
    }

    static <T> T await(Future<T> future) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("a waiting call on an event loop would stop it; use the async keyspace");
        }
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ConcordException refused) {
                throw refused.again();
            }
            throw e;
        }
    }

    private final class Pages implements Iterator<ListItem> {
        private Iterator<ListItem> items;
        private @Nullable String next;

        Pages(ListParameters parameters) {
            ListPage page = list(parameters);
            items = page.items().iterator();
            next = page.next();
        }

        @Override
        public boolean hasNext() {
            while (!items.hasNext() && next != null) {
                ListPage page = next(next);
                items = page.items().iterator();
                next = page.next();
            }
            return items.hasNext();
        }

        @Override
        public ListItem next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the list is at its end");
            }
            return items.next();
        }

        private ListPage next(String cursor) {
            return Keyspace.this.next(cursor);
        }
    }
}
