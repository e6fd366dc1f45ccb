package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.base.PartitionHash;
import io.concordkv.node.Membership;
import io.concordkv.server.Problems;
import io.concordkv.server.RunningNode;
import io.concordkv.shard.call.Consistency;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.command.Idempotency;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.ShardRecord;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lists, counts, range deletes, batches and transactions over HTTP (API §2).
@Tag("process")
class RangesTest {
    private static final String BATCH = "/v1/keyspaces/default:batch";
    private static final String TRANSACTION = "/v1/keyspaces/default:txn";

    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void openNode() {
        node = RunningNode.founded(folder, 4);
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    @BeforeEach
    void removeAll() {
        send().delete("/v1/keys?all=true").then().statusCode(200);
    }

    private static RequestSpecification send() {
        return node.data();
    }

    private static Response post(String path, Object body) {
        return send().contentType(ContentType.JSON).body(body).post(path);
    }

    private static List<String> names(String format, int count) {
        return IntStream.range(0, count).mapToObj(format::formatted).toList();
    }

    private static void store(List<String> keys) {
        List<Map<String, Object>> puts = keys.stream()
                .map(it -> Map.<String, Object>of("put", Map.of("key", it, "value", "v-" + it)))
                .toList();
        post(BATCH, Map.of("operations", puts)).then().statusCode(200);
    }

    private static List<String> keys(String path) {
        return send().get(path).then().statusCode(200).extract().jsonPath().getList("items.key");
    }

    @Test
    void aListIsInOrderOverAllShards() {
        List<String> all = names("k%03d", 50);
        store(all);
        assertThat(keys("/v1/keys")).isEqualTo(all);
        assertThat(keys("/v1/keys?reverse=true")).isEqualTo(all.reversed());
        assertThat(keys("/v1/keys?prefix=k01")).isEqualTo(all.subList(10, 20));
        assertThat(keys("/v1/keys?start=k010&end=k013")).containsExactly("k010", "k011", "k012");
        assertThat(keys("/v1/keys?limit=2&reverse=true&end=k010")).containsExactly("k009", "k008");
        assertThat(send().get("/v1/keys?count-only=true&prefix=k01").jsonPath().getInt("count"))
                .isEqualTo(10);
    }

    @Test
    void itemsHaveValuesUnlessOnlyKeysAreWanted() {
        store(List.of("a"));
        Response full = send().get("/v1/keys");
        assertThat(full.jsonPath().getString("items[0].value")).isEqualTo("v-a");
        assertThat(full.jsonPath().getString("items[0].revision")).matches("[0-9]+");
        assertThat(full.jsonPath().getMap("")).doesNotContainKey("next");
        Response bare = send().get("/v1/keys?keys-only=true");
        assertThat(bare.jsonPath().getMap("items[0]")).doesNotContainKeys("value", "value64");
    }

    @Test
    void bytesThatAreNoTextComeInBase64() {
        send().body(new byte[] {(byte) 0xff}).put("/v1/keys/%FF").then().statusCode(201);
        Response mixed = send().get("/v1/keys");
        assertThat(mixed.jsonPath().getString("items[0].key64")).isEqualTo("/w==");
        assertThat(mixed.jsonPath().getString("items[0].value64")).isEqualTo("/w==");
        send().body("b").put("/v1/keys/a").then().statusCode(201);
        Response all = send().get("/v1/keys?encoding=base64&prefix=a");
        assertThat(all.jsonPath().getString("items[0].key64")).isEqualTo("YQ==");
        assertThat(all.jsonPath().getString("items[0].value64")).isEqualTo("Yg==");
    }

    @Test
    void pagesFollowEachOtherWithoutGapsOrRepeats() {
        List<String> all = names("k%03d", 57);
        store(all);
        for (String order : List.of("", "&reverse=true")) {
            List<String> seen = new ArrayList<>();
            String path = "/v1/keys?limit=10" + order;
            while (path != null) {
                Response page = send().get(path);
                assertThat(page.statusCode()).isEqualTo(200);
                seen.addAll(page.jsonPath().getList("items.key"));
                String next = page.jsonPath().getString("next");
                path = next == null ? null : "/v1/keys?cursor=" + next;
            }
            assertThat(seen).isEqualTo(order.isEmpty() ? all : all.reversed());
        }
    }

    @Test
    void aCursorTakesNoOtherParameters() {
        store(names("k%03d", 3));
        String next = send().get("/v1/keys?limit=1").jsonPath().getString("next");
        Problems.check(send().get("/v1/keys?cursor=" + next + "&limit=2"), 400, "invalid-cursor");
    }

    @Test
    void pagesStayWithinFourMebibytes() {
        byte[] value = new byte[1 << 20];
        for (String key : names("big%d", 8)) {
            send().body(value).put("/v1/keys/" + key).then().statusCode(201);
        }
        List<String> seen = new ArrayList<>();
        String path = "/v1/keys";
        while (path != null) {
            Response page = send().get(path);
            assertThat(page.jsonPath().getList("items")).hasSizeBetween(1, 5);
            seen.addAll(page.jsonPath().getList("items.key"));
            String next = page.jsonPath().getString("next");
            path = next == null ? null : "/v1/keys?cursor=" + next;
        }
        assertThat(seen).isEqualTo(names("big%d", 8));
        assertThat(ndjson("/v1/keys?keys-only=true").getLast()).isEqualTo("{\"end\":true,\"count\":8}");
    }

    private static List<String> ndjson(String path) {
        Response answer = send().accept("application/x-ndjson").get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/x-ndjson");
        return answer.asString().lines().toList();
    }

    @Test
    void aStreamHoldsTheWholeRangeAndSaysSo() {
        store(names("k%03d", 1_000));
        store(names("m%03d", 500));
        List<String> lines = ndjson("/v1/keys");
        assertThat(lines).hasSize(1_501);
        assertThat(lines.getFirst()).contains("\"key\":\"k000\"");
        assertThat(lines.getLast()).isEqualTo("{\"end\":true,\"count\":1500}");
        assertThat(ndjson("/v1/keys?prefix=m&reverse=true").getFirst()).contains("\"key\":\"m499\"");
        assertThat(ndjson("/v1/keys?prefix=nothing")).containsExactly("{\"end\":true,\"count\":0}");
    }

    @Test
    void aRangeIsRemovedAndNothingElse() {
        store(names("a%03d", 100));
        store(names("b%03d", 100));
        assertThat(send().delete("/v1/keys?prefix=a").jsonPath().getInt("deleted"))
                .isEqualTo(100);
        assertThat(send().delete("/v1/keys?start=b050&end=b060").jsonPath().getInt("deleted"))
                .isEqualTo(10);
        assertThat(send().get("/v1/keys?count-only=true").jsonPath().getInt("count"))
                .isEqualTo(90);
        assertThat(send().delete("/v1/keys?all=true").jsonPath().getInt("deleted"))
                .isEqualTo(90);
    }

    @Test
    void aKeyedRangeDeleteIsExecutedOnce() {
        store(names("a%03d", 10));
        Response first = send().header("Idempotency-Key", "range").delete("/v1/keys?prefix=a");
        store(names("a%03d", 10));
        Response again = send().header("Idempotency-Key", "range").delete("/v1/keys?prefix=a");
        assertThat(again.asString()).isEqualTo(first.asString()).isEqualTo("{\"deleted\":10}");
        assertThat(send().get("/v1/keys?count-only=true").jsonPath().getInt("count"))
                .isEqualTo(10);
        Problems.check(
                send().header("Idempotency-Key", "range").delete("/v1/keys?prefix=b"), 422, "idempotency-mismatch");
    }

    /// As a range delete does that reached no other shard.
    private static void useInOneShard(String idempotencyKey) {
        CompletableFuture<ShardAnswer> answer = new CompletableFuture<>();
        node.host().onLoop(() -> {
            Membership member = node.host().node().membership().orElseThrow();
            ClusterState state = member.desk().state();
            ShardRecord shard = state.shardOf(
                    state.keyspace("default").orElseThrow(), PartitionHash.of("a000".getBytes(StandardCharsets.UTF_8)));
            KvCommand.Body body = new KvCommand.DeleteRange(new byte[] {'z'}, Optional.empty(), 1, 0);
            Idempotency once = new Idempotency(
                    idempotencyKey.getBytes(StandardCharsets.UTF_8), new byte[Idempotency.FINGERPRINT_BYTES]);
            ShardCall call = new ShardCall.Write(body, Optional.of(once));
            member.router().call(shard.id(), call, Consistency.LINEARIZABLE, 5_000, true, answer::complete);
            return true;
        });
        assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(ShardAnswer.Written.class);
    }

    @Test
    void aRangeDeleteThatOneShardRefusesSaysWhatTheOthersRemoved() {
        store(names("a%03d", 40));
        useInOneShard("used");
        Response stopped = Problems.check(
                send().header("Idempotency-Key", "used").delete("/v1/keys?prefix=a"),
                503,
                "outcome-unknown",
                "unknown");
        int left = send().get("/v1/keys?count-only=true&prefix=a").jsonPath().getInt("count");
        assertThat(left).isBetween(1, 39);
        assertThat(stopped.jsonPath().getInt("deleted")).isEqualTo(40 - left);
        assertThat(stopped.jsonPath().getBoolean("retryable")).isFalse();
    }

    @Test
    void aBatchAnswersEachOperationInItsPlace() {
        Response answer = post(BATCH, """
                {"operations":[
                  {"put":{"key":"a","value":"1"}},{"get":{"key":"a"}},{"get":{"key":"nobody"}},
                  {"delete":{"key":"a"}},{"delete":{"key":"a"}},{"put":{"key64":"AP8=","value64":"AA=="}},
                  {"put":{"key":"%s","value":"1"}}]}
                """.formatted("k".repeat(4_097)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getList("results.status", Integer.class))
                .containsExactly(200, 200, 404, 200, 200, 200, 414);
        assertThat(answer.jsonPath().getString("results[1].value")).isEqualTo("1");
        assertThat(answer.jsonPath().getBoolean("results[4].deleted")).isFalse();
        assertThat(answer.jsonPath().getString("results[6].problem.code")).isEqualTo("key-too-large");
        assertThat(send().get("/v1/keys/%00%FF").asByteArray()).isEqualTo(new byte[] {0});
    }

    @Test
    void anEmptyBatchIsDone() {
        Response answer = post(BATCH, "{\"operations\":[]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getList("results")).isEmpty();
    }

    @Test
    void aKeyedBatchIsExecutedOnce() {
        String body =
                "{\"operations\":[{\"put\":{\"key\":\"a\",\"value\":\"1\"}},{\"put\":{\"key\":\"b\",\"value\":\"1\"}}]}";
        Response first = send().header("Idempotency-Key", "batch")
                .contentType(ContentType.JSON)
                .body(body)
                .post(BATCH);
        Response again = send().header("Idempotency-Key", "batch")
                .contentType(ContentType.JSON)
                .body(body)
                .post(BATCH);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.asString()).isEqualTo(first.asString());
        assertThat(send().get("/v1/keys/a").header("Concord-Version")).isEqualTo("1");
    }

    @Test
    void weakerReadsOfManyKeysSayHowStaleTheyMayBe() {
        store(names("a%03d", 10));
        String gets =
                "{\"operations\":[{\"get\":{\"key\":\"a000\"}},{\"get\":{\"key\":\"a001\"}},{\"get\":{\"key\":\"a002\"}}]}";
        String getsAndAPut = gets.replace("]}", ",{\"put\":{\"key\":\"b\",\"value\":\"1\"}}]}");
        for (Response weak : List.of(
                post(BATCH + "?consistency=any", gets),
                post(BATCH + "?consistency=any", getsAndAPut),
                send().get("/v1/keys?consistency=any"),
                send().get("/v1/keys?consistency=leader"),
                send().get("/v1/keys?consistency=any&count-only=true"))) {
            assertThat(weak.statusCode()).as(weak.asString()).isEqualTo(200);
            assertThat(weak.header("Concord-Staleness")).as("its only voter").isEqualTo("0ms");
        }
        assertThat(send().accept("application/x-ndjson")
                        .get("/v1/keys?consistency=any")
                        .header("Concord-Staleness"))
                .as("later pages are read after the headers left")
                .isEqualTo("unknown");
        assertThat(send().accept("application/x-ndjson")
                        .get("/v1/keys?consistency=bounded:5s")
                        .header("Concord-Staleness"))
                .isEqualTo("5000ms");
        assertThat(post(BATCH, gets).header("Concord-Staleness")).isNull();
        assertThat(send().get("/v1/keys").header("Concord-Staleness")).isNull();
    }

    @Test
    void aKeyUsedForOneKindOfCallIsRefusedForEveryOther() {
        String batch = "{\"operations\":[{\"put\":{\"key\":\"a\",\"value\":\"2\"}},{\"get\":{\"key\":\"a\"}}]}";
        String transaction = "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":\"3\"}}]}";
        Map<String, Function<RequestSpecification, Response>> calls = new TreeMap<>(Map.of(
                "single", it -> it.body("1").put("/v1/keys/a"),
                "batch", it -> it.contentType(ContentType.JSON).body(batch).post(BATCH),
                "transaction",
                        it -> it.contentType(ContentType.JSON).body(transaction).post(TRANSACTION),
                "range", it -> it.delete("/v1/keys?prefix=a")));
        calls.forEach((first, call) -> {
            String key = "first " + first;
            Response done = call.apply(send().header("Idempotency-Key", key));
            assertThat(done.statusCode()).as(first).isBetween(200, 201);
            calls.forEach((kind, other) -> {
                Response again = other.apply(send().header("Idempotency-Key", key));
                if (kind.equals(first)) {
                    assertThat(again.asString()).as(first).isEqualTo(done.asString());
                } else {
                    Problems.check(again, 422, "idempotency-mismatch");
                }
            });
        });
    }

    @Test
    void aTransactionTakesOneOfItsBranches() {
        String body = """
                {"if":[{"key":"{t}a","exists":false}],
                 "then":[{"put":{"key":"{t}a","value":"1"}},{"put":{"key":"{t}b","value":"2"}}],
                 "else":[{"get":{"key":"{t}a"}},{"delete":{"key":"{t}b"}}]}
                """;
        Response first = post(TRANSACTION, body);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.jsonPath().getBoolean("succeeded")).isTrue();
        assertThat(first.jsonPath().getString("revision")).matches("[0-9]+");
        assertThat(first.jsonPath().getList("results")).hasSize(2);
        Response second = post(TRANSACTION, body);
        assertThat(second.jsonPath().getBoolean("succeeded")).isFalse();
        assertThat(second.jsonPath().getString("results[0].value")).isEqualTo("1");
        assertThat(keys("/v1/keys")).containsExactly("{t}a");
    }

    @Test
    void conditionsOfATransactionAreCheckedTogether() {
        send().body("x").put("/v1/keys/%7Bt%7Dc").then().statusCode(201);
        Response wrong = post(
                TRANSACTION,
                "{\"if\":[{\"key\":\"{t}c\",\"value\":\"x\"},{\"key\":\"{t}d\",\"revision\":\"1\"}],"
                        + "\"then\":[{\"delete\":{\"key\":\"{t}c\"}}]}");
        assertThat(wrong.jsonPath().getBoolean("succeeded")).isFalse();
        assertThat(keys("/v1/keys")).containsExactly("{t}c");
    }

    @Test
    void theMapOfShardsCoversAllHashes() {
        Response map = send().get("/v1/topology");
        assertThat(map.statusCode()).isEqualTo(200);
        assertThat(map.jsonPath().getList("shards")).hasSize(4);
        assertThat(map.jsonPath().getString("nodes[0].http")).isEqualTo("127.0.0.1:" + node.httpPort());
        String epoch = map.jsonPath().getString("epoch");
        Response waited = send().get("/v1/topology?after=" + epoch + "&wait=300ms");
        assertThat(waited.jsonPath().getString("epoch")).isEqualTo(epoch);
        assertThat(node.host().data().callsInFlight()).isZero();
    }
}
