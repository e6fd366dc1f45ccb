package io.concordkv.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.concordkv.it.process.CheckedWriter;
import io.concordkv.it.process.ProcessCluster;
import io.concordkv.simulation.history.LinearizabilityChecker;
import io.concordkv.simulation.history.Operation;
import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes killed with -9 under a checked load: nothing acknowledged is lost, the history is
/// linearizable, and writes go on soon. Rounds are settings; the defaults are what CI runs.
@Tag("process")
class KilledNodesTest {
    private static final int ROUNDS = Integer.getInteger("concord.kill.rounds", 3);
    private static final int ALL_ROUNDS = Integer.getInteger("concord.kill.all-rounds", 2);
    private static final int WRITERS = 4;
    private static final int SHARDS = 8;
    private static final long RESUME_MILLIS_MAX = 6_000;
    private static final long RESUME_MILLIS_USUAL = 3_000;
    private static final long RESUME_MILLIS_AFTER_ALL = Long.getLong("concord.kill.resume-after-all", 3_000);

    @TempDir
    Path directory;

    @Test
    @Timeout(value = 40, unit = TimeUnit.MINUTES)
    void nothingAcknowledgedIsLostWhenNodesAreKilled() throws Exception {
        Map<String, List<Operation>> history = CheckedWriter.emptyHistory();
        List<Long> resumed = new ArrayList<>();
        List<Long> resumedAfterAll = new ArrayList<>();
        List<CheckedWriter> writers = new ArrayList<>();
        try (ProcessCluster cluster = new ProcessCluster(directory, SHARDS);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable stop = () -> writers.forEach(CheckedWriter::stop)) {
            AtomicInteger operations = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                CheckedWriter writer = new CheckedWriter(cluster, history, operations, CheckedWriter.Manner.HASTY, i);
                writers.add(writer);
                running.add(threads.submit(writer));
            }
            for (int round = 0; round < ROUNDS; round++) {
                String victim = round == 0 ? mostLeading(cluster) : "n" + (round % 3 + 1);
                NodeEntry other = cluster.nodes().stream()
                        .filter(it -> !it.name().equals(victim))
                        .findFirst()
                        .orElseThrow();
                giveLeaders(cluster, victim);
                cluster.kill(victim);
                long millis = writesResume(cluster, other, System.nanoTime(), threads);
                resumed.add(millis);
                System.out.printf("round %d: killed %s, every shard takes writes after %d ms%n", round, victim, millis);
                cluster.start(victim);
            }
            for (int round = 0; round < ALL_ROUNDS; round++) {
                long millis = killAll(cluster, threads);
                resumedAfterAll.add(millis);
                System.out.printf(
                        "all at once, round %d: every shard takes writes %d ms after the second node lives%n",
                        round, millis);
            }
            stop.close();
            for (Future<?> each : running) {
                each.get();
            }
            for (String key : List.copyOf(history.keySet())) {
                writers.getFirst().read(cluster.nodes().getFirst(), key);
            }
        }
        System.out.printf(
                "%d keys, %d operations; writes resumed after %s ms, after all were killed %s ms%n",
                history.size(), history.values().stream().mapToInt(List::size).sum(), resumed, resumedAfterAll);
        for (Map.Entry<String, List<Operation>> key : new TreeMap<>(history).entrySet()) {
            assertThat(LinearizabilityChecker.check(key.getValue()))
                    .as("%s: %s", key.getKey(), key.getValue())
                    .isEqualTo(LinearizabilityChecker.Verdict.LINEARIZABLE);
        }
        assertThat(resumed).allSatisfy(it -> assertThat(it).isLessThanOrEqualTo(RESUME_MILLIS_MAX));
        assertThat(resumed.stream().filter(it -> it > RESUME_MILLIS_USUAL)).hasSizeLessThanOrEqualTo(1 + ROUNDS / 30);
        assertThat(resumedAfterAll).allSatisfy(it -> assertThat(it).isLessThanOrEqualTo(RESUME_MILLIS_AFTER_ALL));
    }

    /// Kills all nodes, then starts all.
    ///
    /// @return milliseconds from the second node's answer to its live probe until every shard takes writes
    private static long killAll(ProcessCluster cluster, ExecutorService threads) throws Exception {
        List<String> names = cluster.nodes().stream().map(NodeEntry::name).toList();
        for (String name : names) {
            cluster.kill(name);
        }
        names.forEach(cluster::launch);
        CompletionService<Long> probes = new ExecutorCompletionService<>(threads);
        for (NodeEntry node : cluster.nodes()) {
            probes.submit(() -> cluster.live(node));
        }
        probes.take().get();
        long secondLives = probes.take().get();
        long millis = writesResume(cluster, cluster.nodes().getFirst(), secondLives, threads);
        names.forEach(cluster::awaitReady);
        return millis;
    }

    /// The node that leads the most shards.
    private static String mostLeading(ProcessCluster cluster) throws IOException, InterruptedException {
        Map<String, Integer> leaders = new TreeMap<>();
        JsonNode map = topology(cluster);
        for (JsonNode shard : map.get("shards")) {
            leaders.merge(shard.path("leader").asText(), 1, Integer::sum);
        }
        String id = leaders.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        for (JsonNode node : map.get("nodes")) {
            if (node.get("id").asText().equals(id)) {
                return node.get("name").asText();
            }
        }
        return "n1";
    }

    /// Moves leaders to a node until it leads at least a quarter of the shards: killing a follower says little.
    private static void giveLeaders(ProcessCluster cluster, String name) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    JsonNode map = topology(cluster);
                    Map<String, NodeEntry> nodes = new TreeMap<>();
                    String wanted = "";
                    for (JsonNode node : map.get("nodes")) {
                        nodes.put(
                                node.get("id").asText(),
                                cluster.node(node.get("name").asText()));
                        wanted = node.get("name").asText().equals(name)
                                ? node.get("id").asText()
                                : wanted;
                    }
                    int led = 0;
                    for (JsonNode shard : map.get("shards")) {
                        led += shard.path("leader").asText().equals(wanted) ? 1 : 0;
                    }
                    for (JsonNode shard : map.get("shards")) {
                        NodeEntry leader = nodes.get(shard.path("leader").asText());
                        if (led < SHARDS / 4 && leader != null && !leader.name().equals(name)) {
                            cluster.transferLeader(leader, shard.get("id").asText(), wanted);
                            led++;
                        }
                    }
                    return led >= SHARDS / 4 && leads(cluster, wanted) >= SHARDS / 4;
                });
    }

    private static int leads(ProcessCluster cluster, String id) throws IOException, InterruptedException {
        int led = 0;
        for (JsonNode shard : topology(cluster).get("shards")) {
            led += shard.path("leader").asText().equals(id) ? 1 : 0;
        }
        return led;
    }

    private static JsonNode topology(ProcessCluster cluster) throws IOException, InterruptedException {
        byte[] body = cluster.send(
                        cluster.nodes().getFirst(), "GET", "/v1/topology", new byte[0], Duration.ofSeconds(5))
                .body();
        return new ObjectMapper().readTree(body);
    }

    /// Milliseconds since `start` until a write to every shard is acknowledged again.
    private static long writesResume(ProcessCluster cluster, NodeEntry asked, long start, ExecutorService threads)
            throws Exception {
        List<Future<Long>> probes = new ArrayList<>();
        for (int i = 0; i < SHARDS * 4; i++) { // enough keys that every shard has one
            String key = "probe-" + i;
            probes.add(threads.submit(() -> {
                cluster.putUntilAcknowledged(asked, key);
                return (System.nanoTime() - start) / 1_000_000;
            }));
        }
        long slowest = 0;
        for (Future<Long> probe : probes) {
            slowest = Math.max(slowest, probe.get());
        }
        return slowest;
    }
}
