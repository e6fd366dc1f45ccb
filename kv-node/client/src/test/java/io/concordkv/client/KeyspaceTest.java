package io.concordkv.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.Bytes;
import io.concordkv.wire.Condition;
import io.concordkv.wire.Headers;
import io.concordkv.wire.KvOperation;
import io.concordkv.wire.ListItem;
import io.concordkv.wire.ListJson;
import io.concordkv.wire.ListPage;
import io.concordkv.wire.ListParameters;
import io.concordkv.wire.OperationResult;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ResultsJson;
import io.concordkv.wire.TransactionBody;
import io.concordkv.wire.TransactionResult;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What each call puts on the wire and makes of the answer.
class KeyspaceTest {
    private static final byte[] KEY = {'a', '/', (byte) 0xff, ' '};

    private Vertx vertx;
    private ScriptedNode node;
    private ConcordClient client;
    private Keyspace keys;

    @BeforeEach
    void oneNode() throws Exception {
        vertx = Vertx.vertx();
        node = new ScriptedNode(vertx);
        client = ConcordClient.connect(
                vertx,
                ClientOptions.of(node.address()).withWatchesTopology(false).withLeaderRouting(false));
        keys = client.keyspace("orders");
    }

    @AfterEach
    void close() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static String text(byte[] json) {
        return new String(json, UTF_8);
    }

    private String asked() {
        return node.seen.getLast().method() + " " + node.seen.getLast().path();
    }

    @Test
    void getGivesAnEntry() {
        node.answers(
                200,
                "v",
                Headers.REVISION,
                "9",
                Headers.CREATE_REVISION,
                "7",
                Headers.VERSION,
                "2",
                Headers.EXPIRES_IN,
                "30s");
        var entry = keys.get(KEY).orElseThrow();
        assertThat(asked()).isEqualTo("GET /v1/keyspaces/orders/keys/a%2F%FF%20");
        assertThat(entry.createRevision()).isEqualTo(7);
        assertThat(entry.version()).isEqualTo(2);
        assertThat(entry.expiresInMillis()).hasValue(30_000);
    }

    @Test
    void getOfAnAbsentKeyIsEmpty() {
        node.refuses(Problem.of(ProblemCode.KEY_NOT_FOUND, "no such key"));
        assertThat(keys.get(KEY)).isEmpty();
    }

    @Test
    void putSendsItsOptions() {
        node.answers(200, "{}", "ETag", "\"9\"");
        keys.put(KEY, new byte[0], WriteOptions.NONE.withTtlMillis(30_000).ifAbsent());
        assertThat(asked()).isEqualTo("PUT /v1/keyspaces/orders/keys/a%2F%FF%20?ttl=30s");
        assertThat(node.seen.getLast().headers()).containsEntry("If-None-Match", "*");
    }

    @Test
    void deleteSaysWhetherTheKeyWasThere() {
        node.answers(200, "{\"deleted\":true,\"revision\":\"8\"}").answers(200, "{\"deleted\":false}");
        assertThat(keys.delete(KEY).wasPresent()).isTrue();
        assertThat(keys.delete(KEY).wasPresent()).isFalse();
    }

    @Test
    void scanWalksAllPages() {
        var one = new ListItem("a".getBytes(UTF_8), "1".getBytes(UTF_8), 7);
        var two = new ListItem("b".getBytes(UTF_8), "2".getBytes(UTF_8), 8);
        node.answers(200, text(ListJson.page(new ListPage(List.of(one), "c1"), false)))
                .answers(200, text(ListJson.page(new ListPage(List.of(), "c2"), false)))
                .answers(200, text(ListJson.page(new ListPage(List.of(two), null), false)));
        assertThat(keys.scan(ListParameters.ALL.withPrefix(Bytes.utf8("p+")).withLimit(1)))
                .extracting(ListItem::revision)
                .containsExactly(7L, 8L);
        assertThat(node.seen)
                .extracting(ScriptedNode.Seen::path)
                .containsExactly(
                        "/v1/keyspaces/orders/keys?prefix=p%2B&limit=1",
                        "/v1/keyspaces/orders/keys?cursor=c1", "/v1/keyspaces/orders/keys?cursor=c2");
    }

    @Test
    void countAndRangeDeletesGiveNumbers() {
        node.answers(200, "{\"count\":12}")
                .answers(200, "{\"deleted\":3}")
                .answers(200, "{\"deleted\":4}")
                .answers(200, "{\"deleted\":5}");
        assertThat(keys.count(ListParameters.ALL)).isEqualTo(12);
        assertThat(keys.deletePrefix("p".getBytes(UTF_8), null)).isEqualTo(3);
        assertThat(keys.deleteRange("a".getBytes(UTF_8), "b".getBytes(UTF_8), "once"))
                .isEqualTo(4);
        assertThat(keys.deleteAll(null)).isEqualTo(5);
        assertThat(asked()).isEqualTo("DELETE /v1/keyspaces/orders/keys?all=true");
    }

    @Test
    void batchesAndTransactionsKeepTheirOrder() {
        List<OperationResult> results = List.of(new OperationResult.Stored(7, true), new OperationResult.Absent());
        node.answers(200, text(ResultsJson.batch(results)))
                .answers(200, text(ResultsJson.transaction(new TransactionResult(true, 9, results))));
        List<KvOperation> operations = List.of(new KvOperation.Put(KEY, KEY, 0), new KvOperation.Get(KEY));
        assertThat(keys.batch(operations, null)).isEqualTo(results);
        assertThat(asked()).isEqualTo("POST /v1/keyspaces/orders:batch");
        var body = new TransactionBody(List.of(new Condition.Exists(KEY, false)), operations, List.of());
        assertThat(keys.transaction(body, null).revision()).isEqualTo(9);
        assertThat(asked()).isEqualTo("POST /v1/keyspaces/orders:txn");
        assertThat(node.seen.getLast().headers()).containsEntry("Content-Type", "application/json");
    }
}
