package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.base.ShardId;
import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RunningNode;
import io.concordkv.wire.Limits;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Refusals of a node that is overloaded, stopping, broken or damaged.
@Tag("process")
class NodeRefusalTest {
    @TempDir
    Path folder;

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(20, TimeUnit.MILLISECONDS);
    }

    private static CompletableFuture<Response> put(RunningNode node, String key) {
        return CompletableFuture.supplyAsync(() -> node.data().body("1").put("/v1/keys/" + key));
    }

    @Test
    @Provokes("overloaded")
    void moreWritesAtOnceThanAShardMayKeepWaiting() throws IOException {
        try (RunningNode node = RunningNode.founded(folder, 1, Map.of("concord.limits.proposals", "1"))) {
            node.faults(Map.of("disk", Map.of("delayMs", 400)));
            CompletableFuture<Response> first = put(node, "first");
            soon().until(() -> node.host().data().callsInFlight() == 1);
            Response refused = Problems.check(node.data().body("1").put("/v1/keys/second"), 429, "overloaded");
            assertThat(refused.jsonPath().getInt("retryAfterMs")).isPositive();
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(first.join().statusCode()).isEqualTo(201);
            node.faults(Map.of());
            Problems.check(node.data().get("/v1/keys/second"), 404, "key-not-found");
        }
    }

    @Test
    @Provokes("shutting-down")
    void aStoppingNodeRefusesNewCallsAndAnswersThoseInHand() throws IOException {
        try (RunningNode node = RunningNode.founded(folder, 1)) {
            node.faults(Map.of("disk", Map.of("delayMs", 800)));
            CompletableFuture<Response> inHand = put(node, "in-hand");
            soon().until(() -> node.host().data().callsInFlight() == 1);
            CompletableFuture<Void> drained =
                    CompletableFuture.runAsync(() -> node.host().drain(8_000));
            soon().untilAsserted(() -> Problems.check(node.data().get("/v1/keys/late"), 503, "shutting-down"));
            Problems.check(node.data().body("1").put("/v1/keys/late"), 503, "shutting-down");
            assertThat(node.data().get("/v1/keys/late").jsonPath().getBoolean("retryable"))
                    .isTrue();
            assertThat(inHand.join().statusCode()).isEqualTo(201);
            drained.join();
        }
        try (RunningNode node = RunningNode.unfounded(folder, Limits.DEFAULT)) {
            node.awaitReady();
            assertThat(node.data().get("/v1/keys/in-hand").asString()).isEqualTo("1");
            Problems.check(node.data().get("/v1/keys/late"), 404, "key-not-found");
        }
    }

    @Test
    @Provokes("internal")
    void whatBreaksIsToldByANumberAlone() throws IOException {
        Response broken;
        try (RunningNode node = RunningNode.founded(folder, 1)) {
            node.data().body("1").put("/v1/keys/a").then().statusCode(201);
            Problems.check(node.data().get("/v1/keys/none?consistency=any"), 404, "key-not-found");
            // From here on the node's own work may meet the closed engine too and end the process: be quick.
            node.host().onLoop(() -> {
                var replicas = node.host().node().membership().orElseThrow().host();
                replicas.find(new ShardId(1)).orElseThrow().machine().close();
                return true;
            });
            broken = node.data()
                    .get("/v1/keys/a?consistency=any")
                    .then()
                    .extract()
                    .response();
            broken.asString();
        }
        Problems.check(broken, 500, "internal", "unknown");
        assertThat(broken.jsonPath().getString("detail"))
                .isEqualTo("internal error " + broken.jsonPath().getString("id"));
    }

    @Test
    @Provokes("not-acceptable")
    void answersInAFormNobodyAskedFor() throws IOException {
        try (RunningNode node = RunningNode.founded(folder, 1)) {
            Problems.check(node.data().accept("image/png").body("1").put("/v1/keys/a"), 406, "not-acceptable");
            Problems.check(node.data().accept("text/html").get("/v1/keys"), 406, "not-acceptable");
            Problems.check(
                    node.data().accept("application/json;q=0, image/*").get("/v1/topology"), 406, "not-acceptable");
            Problems.check(
                    node.data()
                            .accept("application/xml")
                            .contentType(ContentType.JSON)
                            .body("{\"operations\":[{\"put\":{\"key\":\"a\",\"value\":\"1\"}}]}")
                            .post("/v1/keyspaces/default:batch"),
                    406,
                    "not-acceptable");
            Problems.check(node.admin().accept("text/html").get("/admin/v1/node"), 406, "not-acceptable");
            Problems.check(node.data().accept("image/png").get("/v1/keys/a"), 404, "key-not-found");
            assertThat(node.data()
                            .accept("text/html, application/*;q=0.5")
                            .get("/v1/keys")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /// One byte of a value rots in the log: the shard it belongs to refuses, the others serve.
    @Test
    @Provokes("replica-damaged")
    void aShardWhoseLogHasRotted() throws IOException {
        List<String> keys = IntStream.range(0, 12).mapToObj(i -> "k" + i).toList();
        try (RunningNode node = RunningNode.founded(folder, 4)) {
            for (String key : keys) {
                node.data()
                        .body("value-of-" + key + ".")
                        .put("/v1/keys/" + key)
                        .then()
                        .statusCode(201);
            }
        }
        rot("value-of-k7.");
        try (RunningNode node = RunningNode.unfounded(folder, Limits.DEFAULT)) {
            soon().untilAsserted(() -> Problems.check(node.data().get("/v1/keys/k7"), 503, "replica-damaged"));
            Problems.check(node.data().body("x").put("/v1/keys/k7"), 503, "replica-damaged");
            Problems.check(node.data().get("/v1/keys/k7?consistency=any"), 503, "replica-damaged");
            Problems.check(node.data().get("/v1/keys?count-only=true"), 503, "replica-damaged");
            assertThat(node.admin().get("/admin/v1/node").jsonPath().getMap("damagedShards"))
                    .hasSize(1);
            List<String> served = new ArrayList<>();
            for (String key : keys) {
                Response answer = node.data().get("/v1/keys/" + key);
                if (answer.statusCode() == 200) {
                    assertThat(answer.asString()).isEqualTo("value-of-" + key + ".");
                    served.add(key);
                } else {
                    Problems.check(answer, 503, "replica-damaged");
                }
            }
            assertThat(served).hasSizeBetween(1, 11);
        }
    }

    private void rot(String value) throws IOException {
        int places = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = bytes.indexOf(value);
                if (at >= 0) {
                    places++;
                    byte[] changed = bytes.getBytes(StandardCharsets.ISO_8859_1);
                    changed[at] ^= 1;
                    Files.write(file, changed);
                }
            }
        }
        assertThat(places).as("files with " + value).isPositive();
    }
}
