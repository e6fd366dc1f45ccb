package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.Problems;
import io.concordkv.server.Provokes;
import io.concordkv.server.RunningNode;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A full disk refuses puts and keeps everything else, and is over when space returns (SAFETY L8).
@Tag("process")
class FullDiskTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private static void setFull(RunningNode node, boolean full) {
        Map<String, Object> faults = full ? Map.of("disk", Map.of("full", true)) : Map.of();
        assertThat(node.admin()
                        .contentType(ContentType.JSON)
                        .body(faults)
                        .put("/admin/v1/faults")
                        .statusCode())
                .isEqualTo(200);
    }

    private static Response write(RunningNode node, String key, String value) {
        return node.data().body(value).put("/v1/keys/" + key);
    }

    private static String read(RunningNode node, String key) {
        return node.data().get("/v1/keys/" + key).asString();
    }

    private static void awaitPuts(RunningNode node, String key, int status) {
        await().atMost(SOON)
                .pollInterval(50, TimeUnit.MILLISECONDS)
                .until(() -> write(node, key, "late").statusCode() == status);
    }

    @Test
    @Provokes("storage-full")
    void putsAreRefusedReadsAndDeletesGoOnAndItIsOverWhenSpaceReturns() throws IOException {
        try (RunningNode node = RunningNode.founded(folder, 2)) {
            for (int i = 0; i < 20; i++) {
                assertThat(write(node, "k" + i, "v" + i).statusCode()).isEqualTo(201);
            }
            setFull(node, true);
            awaitPuts(node, "late", 507);

            Problems.check(write(node, "k0", "other"), 507, "storage-full");
            Problems.check(
                    node.data()
                            .contentType(ContentType.JSON)
                            .body("{\"then\":[{\"put\":{\"key\":\"k0\",\"value\":\"other\"}}]}")
                            .post("/v1/keyspaces/default:txn"),
                    507,
                    "storage-full");
            Response batch = node.data()
                    .contentType(ContentType.JSON)
                    .body(
                            "{\"operations\":[{\"put\":{\"key\":\"k0\",\"value\":\"other\"}},{\"get\":{\"key\":\"k1\"}}]}")
                    .post("/v1/keyspaces/default:batch");
            assertThat(batch.jsonPath().getString("results[0].problem.code"))
                    .as(batch.asString())
                    .isEqualTo("storage-full");
            assertThat(batch.jsonPath().getInt("results[1].status")).isEqualTo(200);
            Problems.check(
                    node.admin()
                            .contentType(ContentType.JSON)
                            .body(Map.of("shards", 1, "replicationFactor", 1))
                            .put("/admin/v1/keyspaces/orders"),
                    507,
                    "storage-full");
            assertThat(read(node, "k0")).isEqualTo("v0");
            assertThat(node.data().get("/v1/keys?count-only=true").jsonPath().getInt("count"))
                    .isGreaterThanOrEqualTo(20);

            // Far more deletes than the file in use has room for: they go into what is held.
            for (int i = 0; i < 150; i++) {
                assertThat(node.data().delete("/v1/keys/k" + i % 10).statusCode())
                        .isEqualTo(200);
            }
            assertThat(node.data().get("/v1/keys/k0").statusCode()).isEqualTo(404);
            assertThat(read(node, "k11")).isEqualTo("v11");

            setFull(node, false);
            awaitPuts(node, "k0", 201);
        }
        try (RunningNode node = RunningNode.unfounded(folder, io.concordkv.wire.Limits.DEFAULT)) {
            node.awaitReady();
            assertThat(read(node, "k0")).isEqualTo("late");
            assertThat(node.data().get("/v1/keys/k1").statusCode()).isEqualTo(404);
            for (int i = 10; i < 20; i++) {
                assertThat(read(node, "k" + i)).isEqualTo("v" + i);
            }
        }
    }

    @Test
    void aSnapshotThatFindsNoRoomIsTakenLater() throws IOException {
        try (RunningNode node = RunningNode.founded(folder, 1)) {
            assertThat(write(node, "a", "1").statusCode()).isEqualTo(201);
            setFull(node, true);
            Response shards = node.admin().get("/admin/v1/cluster");
            int shard = shards.jsonPath().getList("shards.id", Integer.class).getLast();
            for (int i = 0; i < 3; i++) {
                node.admin().contentType(ContentType.JSON).body("{}").post("/admin/v1/shards/" + shard + ":snapshot");
            }
            assertThat(read(node, "a")).isEqualTo("1");
            assertThat(node.data().delete("/v1/keys/a").statusCode()).isEqualTo(200);
            setFull(node, false);
            awaitPuts(node, "a", 201);
            assertThat(read(node, "a")).isEqualTo("late");
        }
    }
}
