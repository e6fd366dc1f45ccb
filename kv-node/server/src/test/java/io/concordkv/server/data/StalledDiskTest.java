package io.concordkv.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.RunningCluster;
import io.concordkv.server.RunningNode;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A leader whose syncs take seconds gives its shards to nodes whose syncs do not (SAFETY R9).
@Tag("process")
class StalledDiskTest {
    @Test
    void leadersLeaveANodeWhoseDiskStalls(@TempDir Path folder) throws IOException {
        try (RunningCluster cluster = RunningCluster.founded(folder)) {
            RunningNode slow = cluster.leader();
            slow.faults(Map.of("disk", Map.of("delayMs", 5_000)));
            CompletableFuture<Response> held =
                    CompletableFuture.supplyAsync(() -> slow.data().body("1").put("/v1/keys/held?timeout=30s"));
            await().atMost(Duration.ofSeconds(5))
                    .pollInterval(50, TimeUnit.MILLISECONDS)
                    .until(() -> cluster.leader() != slow);

            RunningNode leader = cluster.leader();
            assertThat(leader.data().body("2").put("/v1/keys/next?timeout=2s").statusCode())
                    .isEqualTo(201);
            slow.faults(Map.of());
            assertThat(held.join().statusCode()).isEqualTo(201);
            assertThat(leader.data().get("/v1/keys/held").asString()).isEqualTo("1");
        }
    }

    @Test
    void leadersLeaveANodeWhoseDiskIsSlowerThanItsQuorum(@TempDir Path folder) throws IOException {
        try (RunningCluster cluster = RunningCluster.founded(folder)) {
            RunningNode slow = cluster.leader();
            slow.faults(Map.of("disk", Map.of("delayMs", 500)));
            AtomicInteger puts = new AtomicInteger();
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(20, TimeUnit.MILLISECONDS)
                    .until(() -> {
                        Response put = slow.data().body("v").put("/v1/keys/k" + puts.incrementAndGet());
                        assertThat(put.statusCode()).isEqualTo(201);
                        return cluster.leader() != slow;
                    });

            assertThat(cluster.leader().data().get("/v1/keys/k" + puts.get()).asString())
                    .isEqualTo("v");
        }
    }
}
