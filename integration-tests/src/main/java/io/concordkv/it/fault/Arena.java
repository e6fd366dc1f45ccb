package io.concordkv.it.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.process.ProcessCluster;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Where one fault is put on: the cluster, the load on it, and the questions every fault asks.
public final class Arena {
    private static final String KEYSPACE = "default";
    private static final Duration PUT_TIMEOUT = Duration.ofSeconds(3);
    private static final long POLL_MILLIS = 20;

    private final ProcessCluster cluster;
    private final RecordedLoad load;
    private final Map<String, Volume> volumes;
    private final Extent extent;
    private final Path folder;
    private final SplittableRandom random;
    /// One of each shard of `default`; nobody else writes them.
    private final Map<String, String> keys;
    private final List<String> notes = new ArrayList<>();
    private final List<String> spoilt = new ArrayList<>();

    /// How much of everything.
    ///
    /// @param brief    the least that shows each fault
    /// @param patience factor on every bound of time: 1 on a quiet machine
    /// @param kills    of the figures of fail-over
    public record Extent(boolean brief, double patience, int kills) {
        long millis(long bound) {
            return Math.round(bound * patience);
        }
    }

    Arena(
            ProcessCluster cluster,
            Map<String, Volume> volumes,
            RecordedLoad load,
            Extent extent,
            Path folder,
            SplittableRandom random)
            throws IOException, InterruptedException {
        this.cluster = cluster;
        this.volumes = volumes;
        this.load = load;
        this.extent = extent;
        this.folder = folder;
        this.random = random;
        this.keys = keysByShard(topology());
    }

    ProcessCluster cluster() {
        return cluster;
    }

    /// The volume of a node, of a fault whose field has some.
    Volume volume(String name) {
        return Objects.requireNonNull(volumes.get(name), name);
    }

    RecordedLoad load() {
        return load;
    }

    Extent extent() {
        return extent;
    }

    /// For what a fault keeps on disk; removed at the end.
    Path folder() {
        return folder;
    }

    SplittableRandom random() {
        return random;
    }

    /// Something that was measured, for the report.
    void note(String format, Object... values) {
        notes.add(format.formatted(values));
    }

    List<String> notes() {
        return notes;
    }

    List<String> names() {
        return cluster.nodes().stream().map(NodeEntry::name).toList();
    }

    /// This node will never be well again: nothing more is asked of it.
    void spoilt(String name) {
        spoilt.add(name);
    }

    /// A node other than these and those that are spoilt.
    NodeEntry other(String... without) {
        return cluster.nodes().stream()
                .filter(it -> !List.of(without).contains(it.name()) && !spoilt.contains(it.name()))
                .findFirst()
                .orElseThrow();
    }

    void sleep(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    /// The shard map, by whichever node answers.
    TopologyMap topology() throws IOException, InterruptedException {
        IOException last = new IOException("no nodes");
        for (NodeEntry node : cluster.nodes()) {
            try {
                return cluster.topology(node);
            } catch (IOException away) {
                last = away;
            }
        }
        throw last;
    }

    /// How many shards of `default` each node leads, by name; all nodes are there.
    Map<String, Integer> leaders(NodeEntry asked) throws IOException, InterruptedException {
        TopologyMap map = cluster.topology(asked);
        Map<String, Integer> led = new TreeMap<>();
        cluster.nodes().forEach(node -> led.put(node.name(), 0));
        for (TopologyMap.Shard shard : map.shardsOf(KEYSPACE)) {
            map.leaderOf(shard).ifPresent(node -> led.merge(node.name(), 1, Integer::sum));
        }
        return led;
    }

    /// The node that leads the most shards.
    String mostLeading() throws IOException, InterruptedException {
        return ranked().getLast();
    }

    /// The node that leads the fewest.
    String leastLeading() throws IOException, InterruptedException {
        return ranked().getFirst();
    }

    private List<String> ranked() throws IOException, InterruptedException {
        Map<String, Integer> led = leaders(cluster.nodes().getFirst());
        return led.keySet().stream()
                .sorted((a, b) -> Integer.compare(led.getOrDefault(a, 0), led.getOrDefault(b, 0)))
                .toList();
    }

    /// A key of each shard of `default`, by shard id; nobody else writes them.
    Map<String, String> keys() {
        return keys;
    }

    private static Map<String, String> keysByShard(TopologyMap map) {
        Map<String, String> found = new TreeMap<>();
        for (int i = 0; found.size() < map.shardsOf(KEYSPACE).size(); i++) {
            String key = "probe-" + i;
            map.shardOf(KEYSPACE, key.getBytes(StandardCharsets.UTF_8))
                    .ifPresent(shard -> found.putIfAbsent(shard.id(), key));
        }
        return found;
    }

    /// Terms by shard id, shard 0 included, as the leaders report them.
    Map<String, Long> terms(NodeEntry asked) throws IOException {
        Map<String, Long> terms = new TreeMap<>();
        for (JsonNode shard :
                cluster.admin(asked.name()).get("/admin/v1/cluster").body().path("shards")) {
            if (!shard.path("term").isNull()) {
                terms.put(shard.path("id").asText(), shard.path("term").asLong());
            }
        }
        return terms;
    }

    /// By how much the term of any shard has grown at most.
    static long growth(Map<String, Long> before, Map<String, Long> after) {
        return before.entrySet().stream()
                .mapToLong(it -> after.getOrDefault(it.getKey(), it.getValue()) - it.getValue())
                .max()
                .orElse(0);
    }

    /// Waits until a write to every shard is acknowledged through a node.
    ///
    /// @param sinceNanos when the time began
    /// @param millisMax  before patience
    void writesResume(NodeEntry asked, long sinceNanos, long millisMax, String when) throws Exception {
        long millis = resumedMillis(asked, sinceNanos);
        note("%s: every shard takes writes after %d ms", when, millis);
        Difference.unless(
                millis <= extent.millis(millisMax),
                "%s: every shard must take writes within %d ms, it took %d ms",
                when,
                extent.millis(millisMax),
                millis);
    }

    private long resumedMillis(NodeEntry asked, long sinceNanos) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> probes = new ArrayList<>();
            for (String key : keys.values()) {
                probes.add(threads.submit(() -> firstAcknowledged(asked, key)));
            }
            long last = sinceNanos;
            for (Future<Long> probe : probes) {
                last = Math.max(last, probe.get());
            }
            return (last - sinceNanos) / 1_000_000;
        }
    }

    /// Sends puts of one key, a new one every 50 ms whatever becomes of the others, until one is acknowledged.
    ///
    /// @return when that was, on the clock of `System.nanoTime`
    long firstAcknowledged(NodeEntry asked, String key) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        var first = new CompletableFuture<Long>();
        while (System.nanoTime() < end) {
            Thread.ofVirtual().start(() -> {
                if (put(asked, key)) {
                    first.complete(System.nanoTime());
                }
            });
            try {
                return first.get(50, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                continue; // the next one may find a leader
            } catch (ExecutionException never) {
                throw new IllegalStateException(never);
            }
        }
        throw new Difference("no put of " + key + " through " + asked.name() + " was acknowledged within a minute");
    }

    /// @return whether the put was acknowledged
    boolean put(NodeEntry asked, String key) {
        try {
            byte[] body = key.getBytes(StandardCharsets.UTF_8);
            HttpResponse<byte[]> answer =
                    cluster.send(asked, "PUT", "/v1/keys/" + key + "?timeout=3s", body, PUT_TIMEOUT);
            return answer.statusCode() < 300;
        } catch (IOException away) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Waits for something to become so.
    ///
    /// @param millisMax before patience
    void await(String what, long millisMax, Condition condition) throws Exception {
        long end = System.nanoTime() + extent.millis(millisMax) * 1_000_000;
        String last = "";
        while (System.nanoTime() < end) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException away) {
                last = " (" + away.getMessage() + ")";
            }
            sleep(POLL_MILLIS);
        }
        throw new Difference("within " + extent.millis(millisMax) + " ms must be so: " + what + last);
    }

    /// Something to wait for; who does not answer does not say yes.
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /// No put of any shard may be acknowledged for a while: there is no quorum that may do it.
    void nothingIsAcknowledged(NodeEntry asked, long millis, String why) throws Exception {
        long end = System.nanoTime() + millis * 1_000_000;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (System.nanoTime() < end) {
                List<Future<Boolean>> puts = new ArrayList<>();
                for (String key : keys.values()) {
                    puts.add(threads.submit(() -> put(asked, key)));
                }
                for (Future<Boolean> put : puts) {
                    Difference.unless(!put.get(), "a put was acknowledged although %s", why);
                }
            }
        }
    }

    /// The last error or warning a node has printed, without its time; for nodes that have ended.
    String lastWords(String name) throws IOException {
        return cluster.log(name)
                .lines()
                .filter(it -> it.contains(" ERROR ") || it.contains(" FATAL ") || it.contains(" WARN "))
                .reduce((first, second) -> second)
                .map(it -> it.replaceFirst("^[^A-Z]*", ""))
                .orElse("it said nothing");
    }

    /// What the cluster, asked through one node, says of another: as `GET /cluster` lists it.
    JsonNode status(NodeEntry asked, String name) throws IOException {
        JsonNode nodes = cluster.admin(asked.name())
                .get("/admin/v1/cluster", 5_000)
                .body()
                .path("nodes");
        for (JsonNode node : nodes) {
            boolean counts = !node.path("state").asText().equals("removed");
            if (counts && node.path("name").asText().equals(name)) {
                return node;
            }
        }
        throw new IOException("the cluster does not list " + name);
    }

    /// The shards a node declares damaged, with reasons; the whole node counts as one.
    Map<String, String> damaged(String name) throws IOException {
        JsonNode status = cluster.status(name);
        Map<String, String> damaged = new TreeMap<>();
        status.path("damagedShards")
                .properties()
                .forEach(it -> damaged.put(it.getKey(), it.getValue().asText()));
        if (status.path("state").asText().equals("damaged")) {
            damaged.putIfAbsent("node", status.path("notReady").toString());
        }
        return damaged;
    }
}
