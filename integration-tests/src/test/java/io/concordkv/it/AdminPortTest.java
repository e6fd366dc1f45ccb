package io.concordkv.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.concordkv.it.process.ProcessCluster;
import io.concordkv.tools.console.Progress;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.nodes.NodeGroup;
import io.concordkv.tools.nodes.NodesFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node process as it is shipped serves beside its API: metrics, the OpenAPI document, its log.
@Tag("process")
class AdminPortTest {
    /// API §7, as far as one node without peers has something to count.
    private static final List<String> METRICS = List.of(
            "http_requests_seconds_count{",
            "shard_proposals_total{",
            "shard_apply_seconds_count",
            "shard_applied_lag_entries{",
            "shard_snapshot_bytes_total{",
            "raft_leader{",
            "raft_elections_total",
            "raft_leader_changes_total",
            "raft_read_rounds_total",
            "wal_sync_seconds{",
            "wal_batch_records_count",
            "wal_bytes",
            "wal_segments{",
            "engine_keys",
            "engine_bytes",
            "engine_ops_seconds_count{",
            "memory_bytes{",
            "peer_reconnects_total");

    @TempDir
    static Path folder;

    private static NodeGroup group;
    private static NodeEntry node;

    @BeforeAll
    static void startOne() throws IOException {
        group = new NodeGroup(folder, new Progress(System.out));
        group.up(1, ProcessCluster.freePorts(), 2, List.of("-Dconcord.log.json=true"));
        node = new NodesFile(folder).read().getFirst();
    }

    @AfterAll
    static void stop() {
        group.down();
    }

    private static HttpResponse<String> send(String method, String uri, String body)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + uri))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void everyMetricOfTheApiIsScraped() throws IOException, InterruptedException {
        assertThat(send("PUT", node.http() + "/v1/keys/a", "1").statusCode()).isEqualTo(201);
        List<String> lines =
                send("GET", node.admin() + "/q/metrics", "").body().lines().toList();
        for (String name : METRICS) {
            assertThat(lines).as(name).anyMatch(it -> it.startsWith("concord_" + name));
        }
    }

    @Test
    void theDocumentOfBothPortsAndItsPageAreServed() throws IOException, InterruptedException {
        HttpResponse<String> document = send("GET", node.admin() + "/q/openapi", "");
        assertThat(document.statusCode()).isEqualTo(200);
        assertThat(document.body()).contains("/v1/keys/{key}", "/admin/v1/bootstrap", "storage-full");
        assertThat(send("GET", node.admin() + "/q/swagger-ui/", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void everyLineOfTheLogIsAnObject() throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (Stream<String> lines = Files.lines(folder.resolve("n1.log"))) {
            List<String> all = lines.toList();
            assertThat(all).isNotEmpty();
            for (String line : all) {
                JsonNode entry = json.readTree(line);
                assertThat(entry.path("message").isTextual()).as(line).isTrue();
                assertThat(entry.path("node").asText()).isEqualTo("n1");
            }
        }
    }
}
