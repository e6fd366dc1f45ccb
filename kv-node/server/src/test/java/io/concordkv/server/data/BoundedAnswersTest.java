package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.RawConnection;
import io.concordkv.server.RunningNode;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No answer is longer than a page may be, and all of them together take no more memory than they may
/// (SAFETY F3).
@Tag("process")
class BoundedAnswersTest {
    private static final String BATCH = "/v1/keyspaces/default:batch";
    private static final int LARGE = 900 << 10;
    private static final int PAGE_BYTES = 4 << 20;
    private static final List<String> KEYS =
            IntStream.range(0, 10).mapToObj(i -> "{same}large" + i).toList();

    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void storeLargeValues() {
        node = RunningNode.founded(folder, 4, Map.of("concord.limits.call-bytes", Integer.toString(8 << 20)));
        for (String key : KEYS) {
            node.data()
                    .body(new byte[LARGE])
                    .put("/v1/keys/" + key.replace("{same}", "%7Bsame%7D"))
                    .then()
                    .statusCode(201);
        }
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    @AfterEach
    void nothingIsHeldWhenAllIsAnswered() {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(held()).isZero());
    }

    private static long held() {
        return node.host().onLoop(() -> node.host().data().memory().used());
    }

    private static Response post(String path, Object body) {
        return node.data().contentType(ContentType.JSON).body(body).post(path);
    }

    private static List<Map<String, Object>> gets() {
        return KEYS.stream()
                .map(it -> Map.<String, Object>of("get", Map.of("key", it)))
                .toList();
    }

    private static List<Map<String, Object>> getsAndOnePut() {
        return Stream.concat(
                        gets().stream(),
                        Stream.of(Map.<String, Object>of("put", Map.of("key", "{same}new", "value", "1"))))
                .toList();
    }

    @Test
    void aBatchAnswersAsManyValuesAsFitAndNamesTheOthers() {
        JsonPath answer = post(BATCH, Map.of("operations", gets())).jsonPath();
        List<Integer> statuses = answer.getList("results.status");
        assertThat(statuses).hasSize(KEYS.size()).containsOnly(200, 413);
        assertThat(Collections.frequency(statuses, 200)).isEqualTo(PAGE_BYTES / LARGE);
        assertThat(answer.getString("results[9].problem.code")).isEqualTo("batch-too-large");
        assertThat(answer.getString("results[9].problem.executed")).isEqualTo("no");
    }

    @Test
    void aBatchThatAlsoWritesIsRefusedWithItsWrites() {
        JsonPath answer = post(BATCH, Map.of("operations", getsAndOnePut())).jsonPath();
        assertThat(answer.<Integer>getList("results.status")).containsOnly(413);
        assertThat(answer.getString("results[10].problem.executed")).isEqualTo("no");
        Problems.check(node.data().get("/v1/keys/%7Bsame%7Dnew"), 404, "key-not-found");
    }

    @Test
    void aTransactionThatReadsTooMuchIsNotExecuted() {
        Problems.check(post("/v1/keyspaces/default:txn", Map.of("then", getsAndOnePut())), 413, "batch-too-large");
        Problems.check(node.data().get("/v1/keys/%7Bsame%7Dnew"), 404, "key-not-found");
    }

    @Test
    void pagesOfLargeValuesEndAtTheirBytesAndGoOnWithTheNext() {
        for (String order : List.of("", "&reverse=true")) {
            List<String> found = new ArrayList<>();
            String path = "/v1/keys?encoding=base64" + order;
            for (String next = path; next != null; ) {
                JsonPath page = node.data().get(next).jsonPath();
                List<String> keys = page.getList("items.key64");
                assertThat(keys).hasSizeBetween(1, PAGE_BYTES / LARGE);
                keys.forEach(
                        it -> found.add(new String(java.util.Base64.getDecoder().decode(it))));
                String cursor = page.getString("next");
                next = cursor == null ? null : "/v1/keys?cursor=" + cursor;
            }
            assertThat(found).containsExactlyElementsOf(order.isEmpty() ? KEYS : KEYS.reversed());
        }
        assertThat(node.data().get("/v1/keys?keys-only=true").jsonPath().getList("items.key"))
                .containsExactlyElementsOf(KEYS);
        assertThat(node.data().accept("application/x-ndjson").get("/v1/keys").asString())
                .endsWith("{\"end\":true,\"count\":10}\n");
    }

    @Test
    void pagesAreFullHoweverUnevenlyKeysAreSpread() {
        List<String> all = new ArrayList<>();
        for (int batch = 0; batch < 4; batch++) {
            int from = batch * 100;
            List<String> keys = IntStream.range(from, from + 100)
                    .mapToObj(i -> i % 10 == 0 ? "u%03d".formatted(i) : "u%03d{same}".formatted(i))
                    .toList();
            all.addAll(keys);
            post(
                            BATCH,
                            Map.of(
                                    "operations",
                                    keys.stream()
                                            .map(it -> Map.of("put", Map.of("key", it, "value", "1")))
                                            .toList()))
                    .then()
                    .statusCode(200);
        }
        JsonPath first = node.data().get("/v1/keys?prefix=u&limit=300").jsonPath();
        assertThat(first.<String>getList("items.key")).containsExactlyElementsOf(all.subList(0, 300));
        JsonPath second =
                node.data().get("/v1/keys?cursor=" + first.getString("next")).jsonPath();
        assertThat(second.<String>getList("items.key")).containsExactlyElementsOf(all.subList(300, 400));
        assertThat(second.getString("next")).isNull();
        JsonPath back =
                node.data().get("/v1/keys?prefix=u&limit=50&reverse=true").jsonPath();
        assertThat(back.<String>getList("items.key"))
                .containsExactlyElementsOf(all.reversed().subList(0, 50));
        node.data().delete("/v1/keys?prefix=u").then().statusCode(200);
    }

    @Test
    void listsAndBatchesWhoseClientsWentAwayHoldNothing() throws IOException {
        String gets = KEYS.stream()
                .map(it -> "{\"get\":{\"key\":\"%s\"}}".formatted(it))
                .collect(Collectors.joining(",", "{\"operations\":[", "]}"));
        for (String call : List.of(
                "GET /v1/keys HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/keys HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\n\r\n",
                "POST " + BATCH + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                        + gets.length() + "\r\n\r\n" + gets)) {
            for (int round = 0; round < 2; round++) {
                List<RawConnection> clients = new ArrayList<>();
                for (int i = 0; i < 25; i++) {
                    clients.add(new RawConnection(node.httpPort()).send(call));
                }
                for (RawConnection client : clients) {
                    client.abort();
                }
                await().atMost(Duration.ofSeconds(30)).until(() -> held() == 0);
            }
        }
    }

    @Test
    void whileBodiesTakeAllMemoryOthersAreToldToComeAgain() throws IOException {
        try (RawConnection slow = new RawConnection(node.httpPort())) {
            slow.send("PUT /v1/keys/slow HTTP/1.1\r\nHost: x\r\nContent-Length: " + (8 << 20) + "\r\n\r\nhalf");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> Problems.check(node.data().get("/v1/keys"), 429, "overloaded"));
            JsonPath batch = post(BATCH, Map.of("operations", gets())).jsonPath();
            assertThat(batch.getString("results[0].problem.code")).isEqualTo("overloaded");
            Problems.check(node.data().body(new byte[LARGE]).put("/v1/keys/more"), 429, "overloaded");
            node.data().body("1").put("/v1/keys/small").then().statusCode(201);
            assertThat(node.data().get("/v1/keys/small").asString()).isEqualTo("1");
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(
                                node.data().get("/v1/keys?prefix=small").asString())
                        .contains("small"));
        Problems.check(node.data().get("/v1/keys/more"), 404, "key-not-found");
        node.data().delete("/v1/keys/small").then().statusCode(200);
    }
}
