package io.concordkv.server.data;

import io.concordkv.base.Bytes;
import io.concordkv.shard.apply.KvReader;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wire.ApiCall;
import io.concordkv.wire.Cursor;
import io.concordkv.wire.KeyBounds;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.ListPage;
import io.concordkv.wire.ListParameters;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Lists and counts over all shards of a keyspace. Every page is made of linearizable reads of its own.
final class ListCalls {
    private static final int EXAMINED_MAX = 5_000;

    private final Limits limits;

    ListCalls(Limits limits) {
        this.limits = limits;
    }

    void list(CallScope scope, ApiCall.ListKeys list) {
        KeyspaceRecord keyspace = scope.keyspace(list.keyspace());
        ListParameters parameters = list.parameters();
        Bytes lowest = parameters.lowest();
        Bytes beyond = parameters.beyond();
        if (list.cursor() != null) {
            Cursor cursor = Cursor.decode(list.cursor(), limits);
            if (cursor.keyspaceId() != keyspace.id().value()) {
                throw Problem.of(ProblemCode.INVALID_CURSOR, "the cursor belongs to another keyspace")
                        .asException();
            }
            parameters = cursor.parameters();
            lowest = cursor.lowest();
            beyond = cursor.beyond();
        }
        String accept = scope.exchange().request().getHeader(HttpHeaders.ACCEPT);
        boolean stream = accept != null && accept.contains(ListJson.STREAM_MEDIA_TYPE);
        Pages pages = new Pages(scope, keyspace, parameters, list.timeoutMillis());
        if (parameters.countOnly()) {
            new Counting(scope, keyspace, parameters, Deadline.after(list.timeoutMillis())).start(lowest, beyond);
        } else if (stream) {
            new ListStream(scope, pages, parameters, limits).start(lowest, beyond);
        } else {
            ListParameters asked = parameters;
            pages.page(lowest, beyond, asked.limit(), page -> answer(scope, keyspace, asked, page));
        }
    }

    private static void answer(CallScope scope, KeyspaceRecord keyspace, ListParameters asked, PageMerge.Page page) {
        String next = page.more() && !page.items().isEmpty()
                ? new Cursor(
                                keyspace.id().value(),
                                asked,
                                Bytes.wrap(page.items().getLast().key()))
                        .encode()
                : null;
        scope.exchange().json(200, ListJson.page(new ListPage(page.items(), next), asked.base64()));
    }

    /// Makes the pages of one list; each may take the time of the call, which bounds a stream's gaps.
    final class Pages {
        private final CallScope scope;
        private final KeyspaceRecord keyspace;
        private final ListParameters parameters;
        private final long timeoutMillis;

        Pages(CallScope scope, KeyspaceRecord keyspace, ListParameters parameters, long timeoutMillis) {
            this.scope = scope;
            this.keyspace = keyspace;
            this.parameters = parameters;
            this.timeoutMillis = timeoutMillis;
        }

        void page(Bytes lowest, @Nullable Bytes beyond, int limit, Consumer<PageMerge.Page> done) {
            new PageMerge(scope, parameters, Deadline.after(timeoutMillis), limits, limit, done)
                    .start(scope.shards(keyspace), lowest, beyond);
        }
    }

    /// Adds up the counts of all shards, in slices.
    private static final class Counting {
        private final CallScope scope;
        private final List<ShardRecord> shards;
        private final ListParameters parameters;
        private final Deadline deadline;
        private long count;
        private int open;

        Counting(CallScope scope, KeyspaceRecord keyspace, ListParameters parameters, Deadline deadline) {
            this.scope = scope;
            this.shards = scope.shards(keyspace);
            this.parameters = parameters;
            this.deadline = deadline;
        }

        void start(Bytes lowest, @Nullable Bytes beyond) {
            open = shards.size();
            for (ShardRecord shard : shards) {
                count(shard, lowest, beyond);
            }
        }

        private void count(ShardRecord shard, Bytes from, @Nullable Bytes beyond) {
            ShardCall call = new ShardCall.Count(
                    from.array(), Optional.ofNullable(beyond).map(Bytes::array), EXAMINED_MAX);
            scope.call(shard, call, parameters.consistency(), deadline, answer -> {
                if (scope.exchange().isAnswered()) {
                    return;
                }
                KvReader.Count part = ((ShardAnswer.Count) answer).count();
                count += part.count();
                if (part.next().isPresent()) {
                    Bytes next = Bytes.wrap(part.next().get());
                    scope.member().host().loop().execute(() -> count(shard, next, beyond));
                } else if (--open == 0) {
                    scope.exchange().json(200, ListJson.count(count));
                }
            });
        }
    }

    /// The lowest key behind one.
    static Bytes behind(Bytes key) {
        return KeyBounds.next(key);
    }
}
