package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.RunningCluster;
import io.concordkv.server.RunningNode;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The four consistencies of reads over three nodes, and how old each answer says it may be (API §1).
@Tag("process")
class ConsistencyTest {
    private static final List<String> CONSISTENCIES = List.of("linearizable", "leader", "bounded:10s", "any");

    @TempDir
    static Path folder;

    private static RunningCluster cluster;

    @BeforeAll
    static void openCluster() {
        cluster = RunningCluster.founded(folder);
        cluster.leader().data().body("1").put("/v1/keys/a").then().statusCode(201);
        soon().untilAsserted(() -> cluster.nodes()
                .forEach(it -> assertThat(it.host()
                                .onLoop(() -> it.host()
                                        .node()
                                        .membership()
                                        .orElseThrow()
                                        .desk()
                                        .state()
                                        .level()))
                        .isGreaterThanOrEqualTo(5)));
    }

    @AfterAll
    static void closeCluster() throws IOException {
        cluster.close();
    }

    @AfterEach
    void heal() {
        cluster.nodes().forEach(it -> it.faults(Map.of()));
        cluster.nodes()
                .forEach(node -> soon().untilAsserted(() ->
                        assertThat(node.data().get("/v1/keys/a").statusCode()).isEqualTo(200)));
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(50, TimeUnit.MILLISECONDS);
    }

    private static Response get(RunningNode node, String consistency) {
        return node.data().get("/v1/keys/a?consistency=" + consistency);
    }

    private static long staleness(Response answer) {
        String told = answer.header("Concord-Staleness");
        assertThat(told).as(answer.asString()).matches("\\d+ms");
        return Long.parseLong(told.substring(0, told.length() - 2));
    }

    @Test
    void everyNodeAnswersEveryConsistency() {
        soon().untilAsserted(() -> {
            for (RunningNode node : cluster.nodes()) {
                for (String consistency : CONSISTENCIES) {
                    Response answer = get(node, consistency);
                    assertThat(answer.statusCode()).as(consistency).isEqualTo(200);
                    assertThat(answer.header("Concord-Staleness"))
                            .as(consistency)
                            .matches(it -> consistency.equals("linearizable")
                                    ? it == null
                                    : it.matches(consistency.equals("any") ? "\\d+ms|unknown" : "\\d+ms"));
                }
            }
        });
    }

    @Test
    void aLinearizableReadSeesEveryWriteWhereverItGoes() {
        for (int i = 0; i < 30; i++) {
            String value = "v" + i;
            cluster.nodes().get(i % 3).data().body(value).put("/v1/keys/seen").then();
            RunningNode other = cluster.nodes().get((i + 1) % 3);
            assertThat(other.data().get("/v1/keys/seen").asString()).isEqualTo(value);
            assertThat(other.data().get("/v1/keys?prefix=seen").jsonPath().getString("items[0].value"))
                    .isEqualTo(value);
            assertThat(other.data().get("/v1/keys/seen?consistency=bounded:1ms").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aBoundIsKept() {
        for (RunningNode node : cluster.nodes()) {
            for (int i = 0; i < 50; i++) {
                assertThat(staleness(get(node, "bounded:20ms"))).isLessThanOrEqualTo(20);
                assertThat(staleness(get(node, "bounded:1ms"))).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void listsAndBatchesTellTheirOldestPart() {
        for (RunningNode node : cluster.nodes()) {
            String batch = "{\"operations\":[{\"get\":{\"key\":\"a\"}},{\"get\":{\"key\":\"b\"}}]}";
            for (Response answer : List.of(
                    node.data().get("/v1/keys?consistency=bounded:10s"),
                    node.data().get("/v1/keys?count-only=true&consistency=bounded:10s"),
                    node.data().accept("application/x-ndjson").get("/v1/keys?consistency=bounded:10s"),
                    node.data()
                            .contentType(ContentType.JSON)
                            .body(batch)
                            .post("/v1/keyspaces/default:batch?consistency=bounded:10s"))) {
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(staleness(answer)).isLessThanOrEqualTo(10_000);
            }
        }
    }

    @Test
    void whoMayNotBeForwardedReadsNearByWithABound() {
        RunningNode follower = cluster.followers().getFirst();
        for (String consistency : List.of("linearizable", "leader")) {
            Problems.check(
                    follower.data().header("Concord-Forward", "never").get("/v1/keys/a?consistency=" + consistency),
                    409,
                    "not-leader");
        }
        follower.data()
                .header("Concord-Forward", "never")
                .get("/v1/keys/a?consistency=bounded:10s")
                .then()
                .statusCode(200);
    }

    @Test
    void aNodeThatIsCutOffAnswersNothingOlderThanTheBound() {
        RunningNode cut = cluster.followers().getLast();
        get(cut, "linearizable").then().statusCode(200);
        cluster.isolate(cut);
        long cutAt = System.nanoTime();

        Response within = get(cut, "bounded:30s");
        assertThat(within.statusCode()).isEqualTo(200);
        assertThat(staleness(within)).isLessThanOrEqualTo(30_000);
        Response beyond = cut.data().get("/v1/keys/a?consistency=bounded:1ms&timeout=300ms");
        assertThat(beyond.statusCode()).as(beyond.asString()).isIn(503, 504);
        assertThat(beyond.jsonPath().getString("executed")).isEqualTo("no");
        Response any = get(cut, "any");
        assertThat(any.statusCode()).isEqualTo(200);
        assertThat(staleness(any)).isGreaterThanOrEqualTo((System.nanoTime() - cutAt) / 2_000_000);
    }

    @Test
    void aBoundThatIsNone() {
        for (String bad :
                List.of("bounded", "bounded:", "bounded:0s", "bounded:-1s", "bounded:1", "bounded:11000000h")) {
            Response answer = get(cluster.leader(), bad);
            Problems.check(answer, 400, "invalid-argument");
            assertThat(answer.jsonPath().getString("detail")).startsWith("consistency=" + bad);
        }
    }
}
