package io.concordkv.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RunningCluster;
import io.concordkv.server.RunningNode;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A replica moves from node to node of a running cluster: four nodes, one shard of three replicas.
@Tag("process")
class MovesTest {
    private static final String SHARD = "/admin/v1/shards/1";

    @TempDir
    static Path folder;

    private static RunningCluster cluster;

    @BeforeAll
    static void openCluster() {
        cluster = RunningCluster.founded(folder, 4);
    }

    @AfterAll
    static void closeCluster() throws IOException {
        cluster.close();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(50, TimeUnit.MILLISECONDS);
    }

    private static RunningNode any() {
        return cluster.nodes().getFirst();
    }

    private static Response move(Map<String, ?> body) {
        return any().admin().contentType(ContentType.JSON).body(body).post(SHARD + ":move");
    }

    private static JsonPath view() {
        return any().admin().get("/admin/v1/cluster").jsonPath();
    }

    /// Node ids that hold a voter of the shard.
    private static List<String> holders() {
        return view().getList("shards.find { it.id == '1' }.replicas.findAll { it.role == 'voter' }.nodeId");
    }

    private static String free() {
        List<String> holders = holders();
        return cluster.nodes().stream()
                .map(cluster::id)
                .filter(it -> !holders.contains(it))
                .findFirst()
                .orElseThrow();
    }

    /// Moves are possible once all nodes have said that they know how.
    private static String begun(Map<String, ?> body) {
        Response[] answer = new Response[1];
        soon().until(() -> {
            answer[0] = move(body);
            return answer[0].statusCode() == 202;
        });
        return answer[0].header("Location");
    }

    @Test
    void aReplicaMovesAndNothingWrittenMeanwhileIsLost() {
        for (int round = 0; round < 3; round++) {
            String to = free();
            String leader = cluster.id(cluster.leader());
            String from = round == 0 ? leader : holders().getFirst();
            String location = begun(Map.of("from", from, "to", to));
            List<String> written = new ArrayList<>();
            int[] count = {0};
            soon().until(() -> {
                String key = "/v1/keys/k" + count[0]++;
                Response put = cluster.nodes().getLast().data().body("v").put(key);
                if (put.statusCode() == 503) { // the leader moved in between: it says so, and nothing is promised
                    assertThat(put.jsonPath().getString("code")).isIn("outcome-unknown", "no-leader");
                } else {
                    assertThat(put.statusCode()).isIn(200, 201);
                    written.add(key);
                }
                return any().admin().get(location).jsonPath().getString("phase").equals("done");
            });
            soon().untilAsserted(
                            () -> assertThat(holders()).hasSize(3).contains(to).doesNotContain(from));
            for (RunningNode node : cluster.nodes()) {
                written.forEach(key ->
                        assertThat(node.data().get(key).asString()).as(key).isEqualTo("v"));
            }
            soon().untilAsserted(() -> assertThat(
                            node(from).admin().get("/admin/v1/node").jsonPath().getInt("replicas"))
                    .isEqualTo(1));
        }
    }

    private static RunningNode node(String id) {
        return cluster.nodes().stream()
                .filter(it -> cluster.id(it).equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Provokes({"move-not-found", "invalid-argument"})
    void whatCannotBeMovedIsRefusedInWords() {
        String to = free();
        String holder = holders().getFirst();
        assertRefused(Map.of("from", to, "to", to), "has no voter of shard 1");
        assertRefused(Map.of("from", holder, "to", holder), "has a replica of shard 1 already");
        assertRefused(Map.of("from", holder, "to", "77"), "there is no node 77");
        assertRefused(Map.of(), "want at least one node");
        assertRefused(Map.of("from", "x"), "from: want a node id");
        Problems.check(any().admin().get("/admin/v1/moves/999"), 404, "move-not-found");
        Problems.check(
                any().admin().header("Concord-Request", "1").post("/admin/v1/moves/999:cancel"), 404, "move-not-found");
        Problems.check(
                any().admin()
                        .contentType(ContentType.JSON)
                        .body(Map.of("from", holder, "to", to))
                        .post("/admin/v1/shards/0:move"),
                400,
                "invalid-argument");
    }

    /// Asks it to hand that leadership over when it has it.
    private static boolean leadsTopology(RunningNode node) {
        boolean leads = cluster.topologyLeader() == node;
        if (leads) {
            String other = cluster.nodes().stream()
                    .filter(it -> it != node)
                    .map(cluster::id)
                    .findFirst()
                    .orElseThrow();
            node.admin()
                    .contentType(ContentType.JSON)
                    .body(Map.of("to", other))
                    .post("/admin/v1/shards/0:transfer-leader");
        }
        return leads;
    }

    private static void assertRefused(Map<String, ?> body, String words) {
        Response refused = Problems.check(move(body), 400, "invalid-argument");
        assertThat(refused.jsonPath().getString("detail")).contains(words);
    }

    @Test
    @Provokes("conflicting-operation")
    void aMoveToANodeThatIsCutOffWaitsAndIsGivenUp() {
        String to = free();
        String from = holders().getFirst();
        RunningNode away = node(to);
        soon().until(() -> !leadsTopology(away));
        RunningNode asked =
                cluster.nodes().stream().filter(it -> it != away).findFirst().orElseThrow();
        cluster.isolate(away); // for three seconds nobody has noticed
        Map<String, String> body = Map.of("from", from, "to", to);
        Response begun = asked.admin().contentType(ContentType.JSON).body(body).post(SHARD + ":move");
        assertThat(begun.statusCode()).isEqualTo(202);
        String location = begun.header("Location");

        Problems.check(
                asked.admin().contentType(ContentType.JSON).body(body).post(SHARD + ":move"),
                409,
                "conflicting-operation");
        assertThat(asked.admin().get(location).jsonPath().getString("phase")).isEqualTo("creating");
        asked.admin()
                .header("Concord-Request", "1")
                .post(location + ":cancel")
                .then()
                .statusCode(200);
        soon().untilAsserted(
                        () -> assertThat(asked.admin().get(location).jsonPath().getString("phase"))
                                .isEqualTo("cancelled"));
        cluster.nodes().forEach(it -> it.faults(Map.of()));
        soon().untilAsserted(() ->
                assertThat(away.data().get("/v1/keys/none").statusCode()).isEqualTo(404));
        assertThat(holders()).contains(from).doesNotContain(to);
    }
}
