package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RunningCluster;
import io.concordkv.server.RunningNode;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only several nodes can refuse, and that the data is then as the answer says.
@Tag("process")
class ClusterRefusalTest {
    @TempDir
    static Path folder;

    private static RunningCluster cluster;

    @BeforeAll
    static void openCluster() {
        cluster = RunningCluster.founded(folder);
        cluster.leader().data().body("seen").put("/v1/keys/witness").then().statusCode(201);
    }

    @AfterAll
    static void closeCluster() throws IOException {
        cluster.close();
    }

    @AfterEach
    void healAndFindTheWitness() {
        cluster.nodes().forEach(it -> it.faults(Map.of()));
        cluster.nodes()
                .forEach(node -> soon().untilAsserted(() -> assertThat(
                                node.data().get("/v1/keys/witness").asString())
                        .isEqualTo("seen")));
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(50, TimeUnit.MILLISECONDS);
    }

    private static Response reserve(RunningNode node, String owner) {
        return cluster.leader()
                .admin()
                .contentType(ContentType.JSON)
                .body(Map.of("purpose", "restart", "owner", owner))
                .post("/admin/v1/nodes/" + cluster.id(node) + ":reserve");
    }

    private static void release(RunningNode node) {
        cluster.leader()
                .admin()
                .header("Concord-Request", "1")
                .post("/admin/v1/nodes/" + cluster.id(node) + ":release")
                .then()
                .statusCode(200);
    }

    private static Response release(RunningNode node, String owner) {
        return cluster.leader()
                .admin()
                .contentType(ContentType.JSON)
                .body(Map.of("purpose", "restart", "owner", owner))
                .post("/admin/v1/nodes/" + cluster.id(node) + ":release");
    }

    private static Map<String, String> reservation() {
        return cluster.leader().admin().get("/admin/v1/cluster").jsonPath().getMap("reservation");
    }

    @Test
    @Provokes({"not-leader", "stale-epoch"})
    void aClientThatWantsToBeToldIsNotForwarded() {
        RunningNode follower = cluster.followers().getFirst();
        Response told = Problems.check(
                follower.data().header("Concord-Forward", "never").body("x").put("/v1/keys/witness"),
                409,
                "not-leader");
        String leader = "127.0.0.1:" + cluster.leader().httpPort();
        assertThat(told.header("Concord-Leader")).isEqualTo(leader);
        assertThat(told.jsonPath().getString("leader")).isEqualTo(leader);
        assertThat(told.jsonPath().getBoolean("retryable")).isTrue();
        Problems.check(follower.data().header("Concord-Forward", "never").get("/v1/keys/witness"), 409, "not-leader");

        Response old = Problems.check(
                follower.data()
                        .header("Concord-Forward", "never")
                        .header("Concord-Epoch", "0")
                        .body("x")
                        .put("/v1/keys/witness"),
                409,
                "stale-epoch");
        assertThat(old.jsonPath().getLong("epoch")).isPositive();
    }

    @Test
    @Provokes("conflicting-operation")
    void oneNodeIsReservedAtATime() {
        RunningNode first = cluster.followers().getFirst();
        RunningNode second = cluster.followers().getLast();
        soon().until(() -> reserve(first, "a").statusCode() == 200);
        assertThat(reserve(first, "a").statusCode()).isEqualTo(200);
        Response other = Problems.check(reserve(second, "a"), 409, "conflicting-operation");
        assertThat(other.jsonPath().getList("reasons").toString()).contains("reserved by a");
        Problems.check(reserve(first, "b"), 409, "conflicting-operation");
        release(first);
        assertThat(reserve(second, "b").statusCode()).isEqualTo(200);
        release(second);
    }

    @Test
    @Provokes("conflicting-operation")
    void onlyItsOwnerReleasesAReservation() {
        RunningNode node = cluster.followers().getFirst();
        soon().until(() -> reserve(node, "alice").statusCode() == 200);
        Response bobs = Problems.check(release(node, "bob"), 409, "conflicting-operation");
        assertThat(bobs.jsonPath().getList("reasons").toString()).contains("reserved by alice");
        soon().untilAsserted(() -> assertThat(reservation())
                .containsEntry("nodeId", cluster.id(node))
                .containsEntry("owner", "alice")
                .containsEntry("purpose", "restart"));
        assertThat(release(node, "alice").statusCode()).isEqualTo(200);
        soon().untilAsserted(() -> assertThat(reservation()).isNull());
    }

    @Test
    void aQuestionToALeaderThatIsCutOffIsAskedOfTheNextOne() {
        RunningNode cut = cluster.topologyLeader();
        RunningNode asked =
                cluster.nodes().stream().filter(it -> it != cut).findFirst().orElseThrow();
        cluster.isolate(cut);
        Response answer = asked.admin().get("/admin/v1/nodes/" + cluster.id(asked) + "/restartable");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    }

    @Test
    @Provokes({"would-lose-quorum", "conflicting-operation"})
    void whileOneNodeIsAwayNoOtherMayStopAndNoReplicaIsPlacedOnIt() {
        RunningNode away = cluster.followers().getFirst();
        RunningNode other = cluster.followers().getLast();
        cluster.isolate(away);
        RunningNode leader = cluster.leader();
        soon().until(() -> !leader.admin()
                .get("/admin/v1/nodes/" + cluster.id(other) + "/restartable")
                .jsonPath()
                .getBoolean("restartable"));
        Response refused = Problems.check(reserve(other, "a"), 409, "would-lose-quorum");
        assertThat(refused.jsonPath().getList("reasons")).isNotEmpty();
        soon().untilAsserted(() -> Problems.check(
                leader.admin()
                        .contentType(ContentType.JSON)
                        .body(Map.of("shards", 1, "replicationFactor", 3))
                        .put("/admin/v1/keyspaces/orders"),
                409,
                "conflicting-operation"));
        Problems.check(leader.data().get("/v1/keyspaces/orders/keys/a"), 404, "keyspace-not-found");
    }

    @Test
    @Provokes("timeout")
    void aCallTheOthersConfirmTooLate() {
        RunningNode leader = cluster.leader();
        leader.faults(Map.of(
                "peers",
                Map.of(
                        cluster.followers().getFirst().name(), Map.of("delayMs", 300, "direction", "out"),
                        cluster.followers().getLast().name(), Map.of("delayMs", 300, "direction", "out"))));
        Problems.check(leader.data().get("/v1/keys/witness?timeout=60ms"), 504, "timeout", "no");
        Problems.check(leader.data().body("x").put("/v1/keys/late?timeout=60ms"), 504, "timeout", "unknown");
    }

    private static void store(String keyspace, int from, int until, String value) {
        List<Map<String, Object>> puts = IntStream.range(from, until)
                .mapToObj(i -> Map.<String, Object>of("put", Map.of("key", "many%05d".formatted(i), "value", value)))
                .toList();
        Response stored = cluster.leader()
                .data()
                .contentType(ContentType.JSON)
                .body(Map.of("operations", puts))
                .post("/v1/keyspaces/" + keyspace + ":batch");
        assertThat(stored.jsonPath().<Integer>getList("results.status")).containsOnly(200);
    }

    /// Every round takes 300 ms, and each of these calls needs more than two.
    @Test
    void allRoundsOfACallEndWithinItsTime() {
        for (int i = 0; i < 11; i++) {
            store("default", i * 1_000, (i + 1) * 1_000, "v".repeat(i == 0 ? 3_400 : 1));
        }
        RunningNode leader = cluster.leader();
        leader.faults(Map.of(
                "peers",
                Map.of(
                        cluster.followers().getFirst().name(), Map.of("delayMs", 300, "direction", "out"),
                        cluster.followers().getLast().name(), Map.of("delayMs", 300, "direction", "out"))));
        Problems.check(leader.data().get("/v1/keys?count-only=true&timeout=500ms"), 504, "timeout");
        Problems.check(leader.data().get("/v1/keys?limit=1000&timeout=500ms"), 504, "timeout");
        Response stopped = Problems.check(
                leader.data().delete("/v1/keys?prefix=many&timeout=400ms"), 503, "outcome-unknown", "unknown");
        assertThat(stopped.jsonPath().getInt("deleted")).isIn(0, 10_000);
        leader.faults(Map.of());
        leader.data().delete("/v1/keys?prefix=many").then().statusCode(200);
    }

    @Test
    void aRangeDeleteThatMayNotBeForwardedRemovesNothingWhereOthersLeadToo() {
        cluster.leader()
                .admin()
                .contentType(ContentType.JSON)
                .body(Map.of("shards", 4, "replicationFactor", 3))
                .put("/admin/v1/keyspaces/spread")
                .then()
                .statusCode(201);
        soon().untilAsserted(() -> store("spread", 0, 40, "1"));
        RunningNode entry = cluster.leadingSomeOf("spread");
        Response told = Problems.check(
                entry.data().header("Concord-Forward", "never").delete("/v1/keyspaces/spread/keys?prefix=many"),
                409,
                "not-leader");
        assertThat(told.header("Concord-Leader"))
                .isEqualTo(told.jsonPath().getString("leader"))
                .isNotEqualTo("127.0.0.1:" + entry.httpPort());
        assertThat(entry.data()
                        .get("/v1/keyspaces/spread/keys?count-only=true")
                        .jsonPath()
                        .getInt("count"))
                .isEqualTo(40);
    }

    @Test
    @Provokes("no-leader")
    void aLeaderCutOffFromTheOthersLeadsNoMore() {
        RunningNode cut = cluster.leader();
        cluster.isolate(cut);
        soon().untilAsserted(() ->
                Problems.check(cut.data().body("x").put("/v1/keys/lost?timeout=100ms"), 503, "no-leader"));
        Response refused = Problems.check(cut.data().body("x").put("/v1/keys/lost2?timeout=100ms"), 503, "no-leader");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.jsonPath().getInt("retryAfterMs")).isPositive();
        Problems.check(cut.data().get("/v1/keys/witness?timeout=100ms"), 503, "no-leader");

        cut.faults(Map.of());
        soon().untilAsserted(() -> Problems.check(cut.data().get("/v1/keys/lost2"), 404, "key-not-found"));
    }

    @Test
    @Provokes("outcome-unknown")
    void aForwardedWriteWhoseAnswerIsLostMayHaveHappened() {
        RunningNode leader = cluster.leader();
        RunningNode entry = cluster.followers().getFirst();
        leader.faults(Map.of("peers", Map.of(entry.name(), Map.of("drop", 1.0, "direction", "out"))));
        CompletableFuture<Response> answer =
                CompletableFuture.supplyAsync(() -> entry.data().body("1").put("/v1/keys/perhaps?timeout=20s"));
        soon().until(() -> leader.data().get("/v1/keys/perhaps").statusCode() == 200);
        leader.breakConnections();
        Response unknown = Problems.check(answer.join(), 503, "outcome-unknown", "unknown");
        assertThat(unknown.jsonPath().getBoolean("retryable")).isTrue();
    }
}
