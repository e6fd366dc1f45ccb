package io.concordkv.it.fault;

import io.concordkv.it.finding.Difference;
import io.concordkv.it.finding.NotRun;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.remote.AdminClient;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A thousand groups on three nodes: what they cost while nothing happens, and how soon they are led again.
final class ScaleFigures {
    private static final int GROUPS = 1_000;
    private static final int FIRST = 8;
    private static final String KEYSPACE = "many";
    private static final double IDLE_PERCENT_MAX = 2;
    private static final long GROUP_BYTES_MAX = 20 << 10;
    private static final long MEDIAN_MILLIS_MAX = 3_000;
    private static final long ALL_MILLIS_MAX = 6_000;
    private static final long RESTART_MILLIS_MAX = 10_000;
    private static final int TICKS_A_SECOND = 100;
    private static final int ADMIN_MILLIS = 5_000;

    static final Fault FAULT = new Fault(
            "scale",
            0,
            "1,000 groups of three replicas: idle, kill -9 of the node that leads the most, its restart",
            "under 2 % of a core a node, 20 KB a group, threads as with 8; led again: median 3 s, all 6 s; restart 10 s",
            Fault.Field.OWN,
            ScaleFigures::measure);

    private ScaleFigures() {}

    /// @param heapBytes   of live objects
    /// @param engineBytes off heap
    /// @param percent     of a core
    private record Cost(long heapBytes, long engineBytes, long residentBytes, int threads, double percent) {}

    private static void measure(Arena arena) throws Exception {
        arena.load().setQuiet(true);
        Map<String, Cost> few = costs(arena);
        createMany(arena);
        Map<String, Cost> many = costs(arena);
        List<String> missed = new ArrayList<>();
        many.forEach((name, cost) -> compare(arena, name, few, cost, missed));
        failOver(arena, missed);
        arena.load().setQuiet(false);
        Difference.unless(missed.isEmpty(), "%s", String.join("; ", missed));
    }

    private static void compare(Arena arena, String name, Map<String, Cost> few, Cost cost, List<String> missed) {
        Cost before = few.getOrDefault(name, cost);
        long heap = (cost.heapBytes() - before.heapBytes()) / (GROUPS - FIRST);
        long engine = (cost.engineBytes() - before.engineBytes()) / (GROUPS - FIRST);
        long group = heap + engine;
        arena.note(
                "%s: idle %.2f %% of a core (%.2f with 8 groups), a group takes %d bytes of heap and %d of its engine,"
                        + " %d MiB resident (%d), %d threads (%d)",
                name,
                cost.percent(),
                before.percent(),
                heap,
                engine,
                cost.residentBytes() >> 20,
                before.residentBytes() >> 20,
                cost.threads(),
                before.threads());
        if (cost.percent() >= IDLE_PERCENT_MAX) {
            missed.add(name + " idles at %.2f %% of a core".formatted(cost.percent()));
        }
        if (group >= GROUP_BYTES_MAX) {
            missed.add(name + " takes " + group + " bytes a group");
        }
        if (cost.threads() > before.threads() + 2) {
            missed.add(name + " has " + cost.threads() + " threads, " + before.threads() + " with 8 groups");
        }
    }

    private static void createMany(Arena arena) throws Exception {
        NodeEntry asked = arena.other();
        long began = System.nanoTime();
        AdminClient.Reply reply = arena.cluster()
                .admin(asked.name())
                .put(
                        "/admin/v1/keyspaces/" + KEYSPACE,
                        JsonText.object().put("engine", "memory").put("shards", GROUPS - FIRST));
        boolean unfinished = reply.body().path("code").asText().equals("outcome-unknown");
        Difference.unless(
                reply.isSuccess() || unfinished, "creating %d shards: %s", GROUPS - FIRST, reply.explanation());
        arena.note(
                "the call that makes %d shards: %d after %d ms",
                GROUPS - FIRST, reply.status(), (System.nanoTime() - began) / 1_000_000);
        arena.await(
                "every new shard is led",
                120_000,
                () -> arena.cluster().topology(asked).shardsOf(KEYSPACE).stream()
                                .filter(it -> it.leader() != null)
                                .count()
                        == GROUPS - FIRST);
        arena.note("%d shards made and led after %d ms", GROUPS - FIRST, (System.nanoTime() - began) / 1_000_000);
    }

    private static Map<String, Cost> costs(Arena arena) throws Exception {
        arena.sleep(arena.extent().brief() ? 5_000 : 20_000);
        Map<String, Long> ticks = new TreeMap<>();
        for (String name : arena.names()) {
            ticks.put(name, ticks(arena.cluster().pid(name)));
        }
        long began = System.nanoTime();
        arena.sleep(arena.extent().brief() ? 5_000 : 30_000);
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Cost> costs = new TreeMap<>();
        Map<String, Long> resident = LimitFaults.memory(arena);
        for (String name : arena.names()) {
            long pid = arena.cluster().pid(name);
            long used = ticks(pid) - ticks.getOrDefault(name, 0L);
            try (var threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
                int count = (int) threads.count();
                double percent = 100.0 * used / TICKS_A_SECOND / seconds;
                costs.put(
                        name,
                        new Cost(heap(pid), engines(arena, name), resident.getOrDefault(name, 0L), count, percent));
            }
        }
        return costs;
    }

    /// Hundredths of a second a process has used.
    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /// Bytes of all engines, by the node's own ledger.
    private static long engines(Arena arena, String name) throws IOException {
        String metrics = arena.cluster()
                .admin(name)
                .get("/q/metrics", ADMIN_MILLIS)
                .body()
                .path("detail")
                .asText();
        return metrics.lines()
                .filter(it -> it.startsWith("concord_memory_bytes") && it.contains("\"engines\""))
                .mapToLong(it -> (long) Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("no memory of the engines in the metrics of " + name));
    }

    /// Bytes of live objects: the histogram's last line, for which the JVM collects garbage first.
    private static long heap(long pid) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        String total =
                said.lines().filter(it -> it.startsWith("Total")).findFirst().orElse("");
        String[] words = total.trim().split("\\s+");
        if (words.length < 3) {
            throw new NotRun("jcmd does not tell the heap: " + said.strip());
        }
        return Long.parseLong(words[2]);
    }

    private static void failOver(Arena arena, List<String> missed) throws Exception {
        TopologyMap map = arena.topology();
        Map<String, Long> led = new TreeMap<>();
        map.shards().forEach(shard -> map.leaderOf(shard).ifPresent(node -> led.merge(node.name(), 1L, Long::sum)));
        arena.note("leaders: %s", led);
        String victim = led.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        String id = map.nodes().stream()
                .filter(it -> it.name().equals(victim))
                .findFirst()
                .orElseThrow()
                .id();
        List<String> waiting = new ArrayList<>(map.shards().stream()
                .filter(it -> id.equals(it.leader()))
                .map(TopologyMap.Shard::id)
                .toList());
        int count = waiting.size();
        NodeEntry asked = arena.other(victim);
        Figures again = new Figures();
        long killed = System.nanoTime();
        arena.cluster().kill(victim);
        arena.await("every group is led again", 30_000, () -> {
            TopologyMap now = arena.cluster().topology(asked);
            long millis = (System.nanoTime() - killed) / 1_000_000;
            for (TopologyMap.Shard shard : now.shards()) {
                if (shard.leader() != null && !shard.leader().equals(id) && waiting.remove(shard.id())) {
                    again.add(millis);
                }
            }
            return waiting.isEmpty();
        });
        arena.note("%s led %d groups; led again: %s", victim, count, again);
        if (again.quantile(0.5) > arena.extent().millis(MEDIAN_MILLIS_MAX)) {
            missed.add("groups are led again after " + again.quantile(0.5) + " ms at the median");
        }
        if (again.quantile(1) > arena.extent().millis(ALL_MILLIS_MAX)) {
            missed.add("the last group is led again after " + again.quantile(1) + " ms");
        }
        long started = System.nanoTime();
        arena.cluster().start(victim);
        long millis = (System.nanoTime() - started) / 1_000_000;
        arena.note("%s is ready %d ms after its start", victim, millis);
        if (millis > arena.extent().millis(RESTART_MILLIS_MAX)) {
            missed.add(victim + " is ready only " + millis + " ms after its start");
        }
    }
}
