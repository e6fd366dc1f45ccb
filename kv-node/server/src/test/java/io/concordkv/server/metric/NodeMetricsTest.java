package io.concordkv.server.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.server.RunningNode;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the list of the node's metrics (API §7).
@Tag("process")
class NodeMetricsTest {
    private static final List<String> ALWAYS = List.of(
            "concord_engine_bytes",
            "concord_engine_keys",
            "concord_engine_ops_seconds_count{op}",
            "concord_engine_ops_seconds_sum{op}",
            "concord_http_calls_in_flight",
            "concord_http_connections",
            "concord_http_requests_seconds_count{op,outcome}",
            "concord_http_requests_seconds_sum{op,outcome}",
            "concord_memory_bytes{owner}",
            "concord_peer_frames_dropped_total",
            "concord_peer_reconnects_total",
            "concord_raft_elections_total",
            "concord_raft_leader_changes_total",
            "concord_raft_leaderless{shard}",
            "concord_raft_leader{shard}",
            "concord_raft_read_rounds_total",
            "concord_raft_term{shard}",
            "concord_shard_applied_lag_entries{shard}",
            "concord_shard_apply_seconds_count",
            "concord_shard_apply_seconds_sum",
            "concord_shard_proposals_total{keyspace,outcome}",
            "concord_shard_snapshot_bytes_total{direction}",
            "concord_shards_damaged",
            "concord_snapshot_chunks_delayed_total",
            "concord_snapshot_transfers",
            "concord_snapshots_resumed_total",
            "concord_state_hashes_differing_total",
            "concord_state_hashes_total{outcome}",
            "concord_wal_batch_records_count",
            "concord_wal_batch_records_sum",
            "concord_wal_bytes",
            "concord_wal_scrub_bad_blocks_total",
            "concord_wal_scrub_blocks_total",
            "concord_wal_scrub_pass_ended_seconds",
            "concord_wal_scrub_passes_total",
            "concord_wal_segments{state}",
            "concord_wal_sync_seconds{quantile}",
            "concord_wal_syncs_total");

    @Test
    void theListIsAsDocumentedAndTheFiguresMove(@TempDir Path folder) throws IOException {
        try (RunningNode node = RunningNode.founded(folder, 2)) {
            CollectorRegistry registry = new CollectorRegistry();
            registry.register(new NodeMetrics(() -> Optional.of(node.host())));
            node.data().body("1").put("/v1/keys/a").then().statusCode(201);
            node.data().body("1").put("/v1/keys/a?ttl=x").then().statusCode(400);
            node.data().get("/v1/keys/a").then().statusCode(200);
            node.data().get("/v1/keys").then().statusCode(200);

            List<Sample> samples = Collections.list(registry.metricFamilySamples()).stream()
                    .flatMap(it -> it.samples.stream())
                    .toList();
            List<String> shapes = samples.stream()
                    .map(NodeMetricsTest::shape)
                    .distinct()
                    .sorted()
                    .toList();
            assertThat(shapes).containsExactlyInAnyOrderElementsOf(ALWAYS);
            assertThat(value(samples, "concord_http_requests_seconds_count", "put", "ok"))
                    .isEqualTo(1);
            assertThat(value(samples, "concord_raft_leader", "1")).isEqualTo(1);
            assertThat(value(samples, "concord_wal_segments", "live")).isPositive();
            assertThat(value(samples, "concord_engine_keys")).isPositive();
            assertThat(value(samples, "concord_shard_proposals_total", "default", "applied"))
                    .isEqualTo(1);
            assertThat(value(samples, "concord_shard_proposals_total", "default", "unknown"))
                    .isZero();
            assertThat(value(samples, "concord_raft_elections_total"))
                    .as("one of each group")
                    .isEqualTo(3);
            assertThat(value(samples, "concord_raft_read_rounds_total")).isPositive();
            assertThat(value(samples, "concord_shard_apply_seconds_sum")).isPositive();
            assertThat(value(samples, "concord_engine_ops_seconds_count", "get"))
                    .isEqualTo(1);
            for (String op : List.of("get", "scan", "write")) {
                assertThat(value(samples, "concord_engine_ops_seconds_sum", op))
                        .as(op)
                        .isPositive();
            }
        }
    }

    @Test
    void aNodeThatIsNotOpenHasNone() {
        assertThat(new NodeMetrics(Optional::empty).collect()).isEmpty();
    }

    private static String shape(Sample sample) {
        return sample.labelNames.isEmpty()
                ? sample.name
                : sample.name + "{" + String.join(",", sample.labelNames) + "}";
    }

    private static double value(List<Sample> samples, String name, String... labels) {
        return samples.stream()
                .filter(it -> it.name.equals(name) && it.labelValues.equals(List.of(labels)))
                .mapToDouble(it -> it.value)
                .sum();
    }
}
