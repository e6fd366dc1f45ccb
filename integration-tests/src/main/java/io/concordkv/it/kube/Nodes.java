package io.concordkv.it.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.remote.AdminClient;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The node processes of a cluster, spoken to over HTTP.
public final class Nodes {
    private static final int HTTP_PORT = 8080;
    private static final int ADMIN_PORT = 9000;
    private static final int ADMIN_MILLIS = 2_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    private final Cluster cluster;
    private final NodeDoor door;

    public Nodes(Cluster cluster, NodeDoor door) {
        this.cluster = cluster;
        this.door = door;
    }

    /// What a node answered.
    public record Answer(int status, String body) {
        public boolean isSuccess() {
            return status < 300;
        }

        /// The request certainly changed nothing.
        public boolean wasNotExecuted() {
            return body.contains("\"executed\":\"no\"");
        }
    }

    public Answer put(Pod pod, String key, String value) throws IOException, InterruptedException {
        return send(pod, "PUT", key, value);
    }

    public Answer get(Pod pod, String key) throws IOException, InterruptedException {
        return send(pod, "GET", key, "");
    }

    private Answer send(Pod pod, String method, String key, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + door.address(pod, HTTP_PORT) + "/v1/keys/" + key))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .timeout(TIMEOUT)
                .build();
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Answer(answer.statusCode(), answer.body());
    }

    /// Does the node itself say so now?
    public boolean isReady(Pod pod) {
        try {
            return new AdminClient(door.address(pod, ADMIN_PORT))
                    .get("/q/health/ready", ADMIN_MILLIS)
                    .isSuccess();
        } catch (IOException away) {
            return false;
        }
    }

    /// When the Java of a node began, by its own metric; milliseconds since 1970.
    public long startedAt(Pod pod) throws IOException {
        String metrics = new AdminClient(door.address(pod, ADMIN_PORT))
                .get("/q/metrics", ADMIN_MILLIS)
                .body()
                .path("detail")
                .asText();
        return metrics.lines()
                .filter(line -> line.startsWith("process_start_time_seconds"))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' '))) * 1e3))
                .findFirst()
                .orElseThrow(() -> new IOException("no start time in the metrics"));
    }

    /// `GET /admin/v1/cluster` of the first pod that answers.
    public JsonNode summary() throws IOException {
        return ask("/admin/v1/cluster").orElseThrow(() -> new IOException("no node of " + cluster.name() + " answers"));
    }

    private Optional<JsonNode> ask(String path) {
        for (Pod pod : cluster.pods()) {
            try {
                var reply = new AdminClient(door.address(pod, ADMIN_PORT)).get(path, ADMIN_MILLIS);
                if (reply.isSuccess()) {
                    return Optional.of(reply.body());
                }
            } catch (IOException away) {
                // The next one may answer.
            }
        }
        return Optional.empty();
    }

    /// How many shards each node leads, by its name; empty while nobody answers.
    public Map<String, Integer> leaders() {
        var leaders = new TreeMap<String, Integer>();
        Optional<JsonNode> summary = ask("/admin/v1/cluster");
        if (summary.isPresent()) {
            var names = new TreeMap<String, String>();
            for (JsonNode node : summary.get().path("nodes")) {
                names.put(node.path("id").asText(), node.path("name").asText());
                leaders.put(node.path("name").asText(), 0);
            }
            for (JsonNode shard : summary.get().path("shards")) {
                String leader = names.get(shard.path("leader").asText(""));
                if (leader != null) {
                    leaders.merge(leader, 1, Integer::sum);
                }
            }
        }
        return leaders;
    }

    /// Asks for all shards to be led by one node; some may stay where they are.
    ///
    /// @param name of the node
    public void moveLeadersTo(String name) throws IOException {
        JsonNode summary = summary();
        var admins = new TreeMap<String, String>();
        for (Pod pod : cluster.pods()) {
            admins.put(pod.getMetadata().getName(), door.address(pod, ADMIN_PORT));
        }
        var names = new TreeMap<String, String>();
        String target = "";
        for (JsonNode node : summary.path("nodes")) {
            names.put(node.path("id").asText(), node.path("name").asText());
            target = node.path("name").asText().equals(name) ? node.path("id").asText() : target;
        }
        for (JsonNode shard : summary.path("shards")) {
            // Only the leader of a shard can hand it over.
            String admin = admins.get(names.getOrDefault(shard.path("leader").asText(), ""));
            if (admin != null && !shard.path("leader").asText().equals(target)) {
                new AdminClient(admin)
                        .post(
                                "/admin/v1/shards/" + shard.path("id").asText() + ":transfer-leader",
                                JsonText.object().put("to", target));
            }
        }
    }
}
