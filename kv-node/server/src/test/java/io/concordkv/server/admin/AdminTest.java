package io.concordkv.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RunningNode;
import io.concordkv.wire.Limits;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The admin API of a node over HTTP (API §4), and what it changes on the data port.
@Tag("process")
class AdminTest {
    @TempDir
    static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void openNode() {
        node = RunningNode.founded(folder, 2);
    }

    @AfterAll
    static void closeNode() throws IOException {
        node.close();
    }

    private static Response put(String path, Object body) {
        return node.admin().contentType(ContentType.JSON).body(body).put("/admin/v1" + path);
    }

    private static Response post(String path, Object body) {
        return node.admin().contentType(ContentType.JSON).body(body).post("/admin/v1" + path);
    }

    private static Response get(String path) {
        return node.admin().get("/admin/v1" + path);
    }

    @Nested
    class ANodeThatBelongsToNoCluster {
        @Test
        @Provokes("not-bootstrapped")
        void refusesCallsUntilItIsFounded(@TempDir Path other) throws IOException {
            try (RunningNode fresh = RunningNode.unfounded(other, Limits.DEFAULT)) {
                Problems.check(fresh.data().get("/v1/keys/a"), 503, "not-bootstrapped");
                Problems.check(fresh.data().body("1").put("/v1/keys/a"), 503, "not-bootstrapped");
                Problems.check(fresh.data().get("/v1/topology"), 503, "not-bootstrapped");
                Problems.check(fresh.admin().get("/admin/v1/cluster"), 503, "not-bootstrapped");
                assertThat(fresh.admin().get("/admin/v1/node").jsonPath().getString("state"))
                        .isEqualTo("empty");
                assertThat(fresh.host().onLoop(fresh.host().node()::notReady)).isNotEmpty();

                assertThat(fresh.found(1).statusCode()).isEqualTo(201);
                fresh.awaitReady();
                assertThat(fresh.data().body("1").put("/v1/keys/a").statusCode())
                        .isEqualTo(201);
            }
        }
    }

    @Test
    @Provokes("already-bootstrapped")
    void theSameFoundingAgainIsFineAndAnotherIsNot() {
        assertThat(node.found(2).statusCode()).isEqualTo(200);
        Problems.check(node.found(3), 409, "already-bootstrapped");
    }

    @Test
    void theNodeSaysWhoItIs() {
        Response answer = get("/node");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getString("name")).isEqualTo(RunningNode.NAME);
        assertThat(answer.jsonPath().getString("state")).isEqualTo("serving");
        assertThat(answer.header("Concord-Node")).isEqualTo(RunningNode.NAME);
        assertThat(get("/cluster").jsonPath().getList("shards")).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    @Provokes("keyspace-exists")
    void aKeyspaceIsMadeUsedAndDeleted() {
        Map<String, Object> orders = Map.of("shards", 2, "replicationFactor", 1);
        assertThat(put("/keyspaces/orders", orders).statusCode()).isEqualTo(201);
        assertThat(put("/keyspaces/orders", orders).statusCode()).isEqualTo(200);
        Response differs = Problems.check(
                put("/keyspaces/orders", Map.of("shards", 4, "replicationFactor", 1)), 409, "keyspace-exists");
        assertThat(differs.jsonPath().getString("detail")).contains("shards");
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        node.data().body("1").put("/v1/keyspaces/orders/keys/a").statusCode() == 201);
        assertThat(node.data().get("/v1/keys/a").statusCode())
                .as("in the default keyspace")
                .isEqualTo(404);

        Problems.check(node.admin().delete("/admin/v1/keyspaces/orders"), 400, "invalid-argument");
        assertThat(node.admin()
                        .delete("/admin/v1/keyspaces/orders?confirm=orders")
                        .statusCode())
                .isEqualTo(200);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> node.data().get("/v1/keyspaces/orders/keys/a").statusCode() == 404);
        Problems.check(node.data().get("/v1/keyspaces/orders/keys/a"), 404, "keyspace-not-found");
    }

    @Test
    void badKeyspacesAreRefused() {
        Problems.check(put("/keyspaces/Bad", Map.of()), 400, "invalid-argument");
        Problems.check(put("/keyspaces/x", Map.of("shards", 0)), 400, "invalid-argument");
        Problems.check(put("/keyspaces/x", Map.of("shards", "two")), 400, "invalid-argument");
        Problems.check(put("/keyspaces/x", Map.of("engine", "stone")), 400, "invalid-argument");
        Problems.check(put("/keyspaces/x", Map.of("mode", "ring")), 400, "invalid-argument");
        Problems.check(put("/keyspaces/x", Map.of("colour", "red")), 400, "invalid-argument");
        Problems.check(put("/keyspaces/x", Map.of("replicationFactor", 3)), 400, "invalid-argument");
        Problems.check(get("/keyspaces/nowhere"), 404, "keyspace-not-found");
    }

    @Test
    @Provokes({"shard-not-found", "node-not-found"})
    void badBodiesPathsAndMethodsAreRefused() {
        Problems.check(put("/keyspaces/x", "{"), 400, "invalid-json");
        Problems.check(put("/keyspaces/x", "{} x"), 400, "invalid-json");
        Problems.check(
                node.admin().contentType("text/plain").body("{}").put("/admin/v1/keyspaces/x"),
                415,
                "unsupported-media-type");
        Problems.check(put("/keyspaces/x", " ".repeat(2 << 20)), 413, "body-too-large");
        Problems.check(get("/nothing"), 404, "no-such-path");
        Response method = Problems.check(post("/keyspaces/x", "{}"), 405, "method-not-allowed");
        assertThat(method.header("Allow")).isEqualTo("DELETE, GET, PUT");
        Problems.check(node.admin().post("/admin/v1/shards/1:snapshot"), 400, "invalid-argument");
        Problems.check(
                node.admin().header("Origin", "http://elsewhere.example").get("/admin/v1/node"), 403, "forbidden");
        Problems.check(post("/shards/99999:snapshot", "{}"), 404, "shard-not-found");
        Problems.check(post("/nodes/99:reserve", Map.of("purpose", "restart", "owner", "o")), 404, "node-not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "1",
                "\"x\"",
                "{\"shards\":null}",
                "{\"shards\":1,\"shards\":2}",
                "{\"shards\":1,\"\\u0073hards\":1}"
            })
    void aBodyMustBeOneObjectWithoutNullAndWithoutAFieldTwice(String body) {
        Response answer = Problems.check(put("/keyspaces/strict", body), 400, "invalid-argument");
        assertThat(answer.jsonPath().getString("detail"))
                .doesNotContain("java", "class ")
                .contains("line 1, column ");
        Problems.check(get("/keyspaces/strict"), 404, "keyspace-not-found");
    }

    @Test
    void aFieldTwiceIsRefusedAtAnyDepth() {
        Problems.check(
                put("/faults", "{\"peers\":{\"n2\":{\"drop\":1},\"n2\":{\"drop\":0}}}"), 400, "invalid-argument");
        Problems.check(put("/faults", "{\"peers\":{\"n2\":{\"drop\":1,\"drop\":0}}}"), 400, "invalid-argument");
        Problems.check(put("/faults", "{\"disk\":{\"delayMs\":null}}"), 400, "invalid-argument");
        assertThat(get("/faults").jsonPath().getMap("peers")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /node",
                "GET /cluster",
                "POST /bootstrap",
                "GET /nodes/1/restartable",
                "POST /nodes/1:reserve",
                "POST /nodes/1:release",
                "PUT /keyspaces/unknowns",
                "GET /keyspaces/default",
                "DELETE /keyspaces/default",
                "POST /shards/1:transfer-leader",
                "POST /shards/1:snapshot",
                "POST /shards/1:compact",
                "GET /faults",
                "PUT /faults"
            })
    void whatNoCallKnowsIsNamedAndNothingIsDone(String call) {
        String method = call.substring(0, call.indexOf(' '));
        String path = "/admin/v1" + call.substring(call.indexOf(' ') + 1);
        String confirm = method.equals("DELETE") ? "&confirm=default" : "";

        Response query = Problems.check(
                node.admin().header("Concord-Request", "1").request(method, path + "?colour=red" + confirm),
                400,
                "invalid-argument");
        assertThat(query.jsonPath().getString("detail")).startsWith("colour: no such query parameter");
        Response field = Problems.check(
                node.admin()
                        .contentType(ContentType.JSON)
                        .body(Map.of("colour", "red"))
                        .request(method, path + (confirm.isEmpty() ? "" : "?confirm=default")),
                400,
                "invalid-argument");
        assertThat(field.jsonPath().getString("detail")).startsWith("colour: no such field");

        assertThat(get("/cluster").jsonPath().getList("keyspaces.name")).containsOnlyOnce("default");
        Problems.check(get("/keyspaces/unknowns"), 404, "keyspace-not-found");
    }

    @Test
    void badFaultsAreRefused() {
        Problems.check(put("/faults", Map.of("disk", "full")), 400, "invalid-argument");
        Problems.check(put("/faults", Map.of("disk", Map.of("full", "yes"))), 400, "invalid-argument");
        Problems.check(put("/faults", Map.of("peers", Map.of("n2", Map.of("drop", 2)))), 400, "invalid-argument");
        assertThat(put("/faults", Map.of()).statusCode()).isEqualTo(200);
    }
}
