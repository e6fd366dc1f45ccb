package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RawConnection;
import io.concordkv.server.RunningNode;
import io.concordkv.wire.Limits;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each refusal of the data port says what it must, and leaves the data as it was.
@Tag("process")
class RefusalTest {
    private static final String WITNESS = "/v1/keys/witness";

    @TempDir
    static Path folder;

    private static RunningNode node;

    private String revision = "";

    @BeforeAll
    static void openNode() {
        node = RunningNode.founded(folder, 4);
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    @BeforeEach
    void storeTheWitness() {
        send().delete("/v1/keys?all=true").then().statusCode(200);
        revision = send().body("seen")
                .put(WITNESS)
                .then()
                .statusCode(201)
                .extract()
                .path("revision");
    }

    @AfterEach
    void nothingHasChanged() {
        Response witness = send().get(WITNESS);
        assertThat(witness.asString()).isEqualTo("seen");
        assertThat(witness.header("Concord-Revision")).isEqualTo(revision);
        assertThat(send().get("/v1/keys?count-only=true").jsonPath().getInt("count"))
                .isEqualTo(1);
    }

    private static RequestSpecification send() {
        return node.data();
    }

    private static RequestSpecification json(String body) {
        return send().contentType(ContentType.JSON).body(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/keys/a?colour=red",
                "/v1/keys/a?ttl=0s",
                "/v1/keys/a?ttl=3",
                "/v1/keys/a?ttl=-1s",
                "/v1/keys/a?ttl=4000d",
                "/v1/keys/a?ttl=1s&ttl=2s",
                "/v1/keys/a?timeout=61s",
                "/v1/keys/",
                "/v1/keyspaces/Default/keys/a"
            })
    @Provokes("invalid-argument")
    void anUnknownOrBadArgumentOfAPut(String path) {
        Problems.check(send().body("x").put(path), 400, "invalid-argument");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/keys/a%2", "/v1/keys/a%zz", "/v1/keys?prefix=%2"})
    void aBadEscape(String target) throws IOException {
        try (RawConnection client = new RawConnection(node.httpPort())) {
            String answer = client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .readUntil("}");
            assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":\"invalid-argument\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/keys?limit=0",
                "/v1/keys?limit=1001",
                "/v1/keys?limit=x",
                "/v1/keys?reverse=maybe",
                "/v1/keys?encoding=rot13",
                "/v1/keys?consistency=perhaps",
                "/v1/keys?colour=red"
            })
    void aBadArgumentOfAList(String path) {
        Problems.check(send().get(path), 400, "invalid-argument");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/keys",
                "/v1/keys?prefix=",
                "/v1/keys?all=false",
                "/v1/keys?all=true&prefix=w",
                "/v1/keys?prefix=w&start=a"
            })
    void aRangeDeleteThatDoesNotSayClearlyWhat(String path) {
        Problems.check(send().delete(path), 400, "invalid-argument");
    }

    @Test
    void weakAndListedTags() {
        Problems.check(send().header("If-Match", "W/\"7\"").body("x").put(WITNESS), 400, "invalid-argument");
        Problems.check(send().header("If-Match", "\"7\", \"8\"").body("x").put(WITNESS), 400, "invalid-argument");
        Problems.check(send().header("If-None-Match", "\"7\"").body("x").put(WITNESS), 400, "invalid-argument");
    }

    @Test
    void aBadHeaderOfOurOwn() {
        Problems.check(send().header("Concord-Epoch", "new").body("x").put(WITNESS), 400, "invalid-argument");
        Problems.check(send().header("Concord-Forward", "twice").body("x").put(WITNESS), 400, "invalid-argument");
        Problems.check(
                send().header("Idempotency-Key", "k".repeat(129)).body("x").put(WITNESS), 400, "invalid-argument");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"operations\":7}", "{\"operations\":[{\"put\":{\"key\":\"a\"}}]} x"})
    void bodiesThatAreNoJson(String body) {
        Response answer = json(body).post("/v1/keyspaces/default:batch");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getString("code")).isIn("invalid-json", "invalid-argument");
        assertThat(answer.jsonPath().getString("executed")).isEqualTo("no");
    }

    @Test
    @Provokes("invalid-json")
    void malformedJsonIsToldAsThat() {
        Problems.check(json("{\"operations\":[").post("/v1/keyspaces/default:batch"), 400, "invalid-json");
        Problems.check(json("{\"then\":[").post("/v1/keyspaces/default:txn"), 400, "invalid-json");
    }

    @Test
    void unknownFields() {
        Problems.check(
                json("{\"operations\":[],\"colour\":1}").post("/v1/keyspaces/default:batch"), 400, "invalid-argument");
        Problems.check(json("{\"maybe\":[]}").post("/v1/keyspaces/default:txn"), 400, "invalid-argument");
    }

    @Test
    @Provokes("invalid-cursor")
    void cursorsNobodyGaveOut() {
        Problems.check(send().get("/v1/keys?cursor=AAAA"), 400, "invalid-cursor");
        Problems.check(send().get("/v1/keys?cursor=%21%21"), 400, "invalid-cursor");
        Problems.check(send().get("/v1/keys?cursor=AAAA&prefix=w"), 400, "invalid-cursor");
    }

    @Test
    @Provokes({"key-not-found", "keyspace-not-found"})
    void absentKeysAndKeyspaces() {
        Problems.check(send().get("/v1/keys/nobody"), 404, "key-not-found");
        Response gone = Problems.check(send().body("x").put("/v1/keyspaces/nowhere/keys/a"), 404, "keyspace-not-found");
        assertThat(gone.jsonPath().getString("keyspace")).isEqualTo("nowhere");
        Problems.check(json("{\"operations\":[]}").post("/v1/keyspaces/nowhere:batch"), 404, "keyspace-not-found");
        assertThat(send().head("/v1/keys/nobody").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v2/keys/a", "/v1", "/v1/keyspaces/default", "/v1/keyspaces/default:rename"})
    @Provokes("no-such-path")
    void pathsThatAreNotServed(String path) {
        Problems.check(send().get(path), 404, "no-such-path");
    }

    @Test
    @Provokes("method-not-allowed")
    void methodsThatAreNotAllowed() {
        Response key = Problems.check(send().body("x").post(WITNESS), 405, "method-not-allowed");
        assertThat(key.header("Allow")).isEqualTo("PUT, GET, HEAD, DELETE");
        Response range = Problems.check(send().body("x").put("/v1/keys"), 405, "method-not-allowed");
        assertThat(range.header("Allow")).isEqualTo("GET, DELETE");
        Response batch = Problems.check(send().get("/v1/keyspaces/default:batch"), 405, "method-not-allowed");
        assertThat(batch.header("Allow")).isEqualTo("POST");
        Response topology = Problems.check(send().delete("/v1/topology"), 405, "method-not-allowed");
        assertThat(topology.header("Allow")).isEqualTo("GET");
    }

    @Test
    @Provokes("unsupported-media-type")
    void mediaTypesThatAreNotSupported() {
        Problems.check(send().header("Content-Encoding", "gzip").body("x").put(WITNESS), 415, "unsupported-media-type");
        Problems.check(
                send().contentType("text/plain").body("{\"operations\":[]}").post("/v1/keyspaces/default:batch"),
                415,
                "unsupported-media-type");
        Problems.check(
                send().header("Concord-Request", "1").post("/v1/keyspaces/default:txn"), 415, "unsupported-media-type");
    }

    @Test
    @Provokes("precondition-failed")
    void conditionsThatDoNotHold() {
        Response changed = Problems.check(
                send().header("If-Match", "\"999999\"").body("x").put(WITNESS), 412, "precondition-failed");
        assertThat(changed.header("ETag")).isEqualTo("\"" + revision + "\"");
        Response exists =
                Problems.check(send().header("If-None-Match", "*").body("x").put(WITNESS), 412, "precondition-failed");
        assertThat(exists.header("ETag")).isEqualTo("\"" + revision + "\"");
        Response absent =
                Problems.check(send().header("If-Match", "*").body("x").put("/v1/keys/b"), 412, "precondition-failed");
        assertThat(absent.header("ETag")).isNull();
        Problems.check(send().header("If-Match", "\"999999\"").delete(WITNESS), 412, "precondition-failed");
        Problems.check(send().header("If-Match", "\"999999\"").get(WITNESS), 412, "precondition-failed");
    }

    @Test
    @Provokes("value-too-large")
    void aValueAboveOneMebibyte() {
        Response answer =
                Problems.check(send().body(new byte[(1 << 20) + 1]).put("/v1/keys/big"), 413, "value-too-large");
        assertThat(answer.jsonPath().getInt("limit")).isEqualTo(1 << 20);
        assertThat(answer.jsonPath().getInt("actual")).isEqualTo((1 << 20) + 1);
    }

    @Test
    @Provokes("body-too-large")
    void aBodyAboveEightMebibytes() {
        Response answer =
                Problems.check(send().body(new byte[(8 << 20) + 1]).put("/v1/keys/big"), 413, "body-too-large");
        assertThat(answer.jsonPath().getInt("limit")).isEqualTo(8 << 20);
    }

    @Test
    @Provokes("key-too-large")
    void aKeyAboveItsLimit() {
        Response answer = Problems.check(send().body("x").put("/v1/keys/" + "k".repeat(4_097)), 414, "key-too-large");
        assertThat(answer.jsonPath().getInt("limit")).isEqualTo(4_096);
        assertThat(answer.jsonPath().getInt("actual")).isEqualTo(4_097);
    }

    @Test
    @Provokes("line-too-large")
    void aRequestLineAboveItsLimit() {
        Problems.check(send().get("/v1/keys/" + "k".repeat(33 << 10)), 414, "line-too-large");
    }

    @Test
    @Provokes("headers-too-large")
    void headersAboveTheirLimit() {
        Problems.check(send().header("X-Long", "h".repeat(17 << 10)).get(WITNESS), 431, "headers-too-large");
    }

    @Test
    @Provokes("cross-shard-transaction")
    void aTransactionOverSeveralShards() {
        String puts = IntStream.range(0, 32)
                .mapToObj(i -> "{\"put\":{\"key\":\"k" + i + "\",\"value\":\"x\"}}")
                .collect(Collectors.joining(","));
        Response answer = Problems.check(
                json("{\"then\":[" + puts + "]}").post("/v1/keyspaces/default:txn"), 422, "cross-shard-transaction");
        assertThat(answer.jsonPath().getList("shards")).hasSizeGreaterThan(1);
    }

    @Test
    @Provokes("too-many-operations")
    void moreOperationsThanAllowed() {
        String gets =
                "{\"get\":{\"key\":\"a\"}},".repeat(Limits.DEFAULT.batchOperationsMax()) + "{\"get\":{\"key\":\"a\"}}";
        Problems.check(
                json("{\"operations\":[" + gets + "]}").post("/v1/keyspaces/default:batch"),
                422,
                "too-many-operations");
        Problems.check(json("{\"then\":[" + gets + "]}").post("/v1/keyspaces/default:txn"), 422, "too-many-operations");
    }

    @Test
    @Provokes("batch-too-large")
    void moreBytesThanABatchMayHave() {
        String value = "v".repeat(900 << 10);
        String puts = IntStream.range(0, 5)
                .mapToObj(i -> "{\"put\":{\"key\":\"k" + i + "\",\"value\":\"" + value + "\"}}")
                .collect(Collectors.joining(","));
        Problems.check(
                json("{\"operations\":[" + puts + "]}").post("/v1/keyspaces/default:batch"), 413, "batch-too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://elsewhere.example", "null", "https://127.0.0.1"})
    @Provokes("forbidden")
    void aPageOfAnotherSite(String origin) {
        Problems.check(send().header("Origin", origin).body("x").put(WITNESS), 403, "forbidden");
        Problems.check(send().header("Origin", origin).get(WITNESS), 403, "forbidden");
    }
}
