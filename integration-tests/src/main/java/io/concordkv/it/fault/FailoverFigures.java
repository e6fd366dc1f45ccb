package io.concordkv.it.fault;

import io.concordkv.it.finding.Difference;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.wire.TopologyMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How long a shard takes no writes: when the node that leads it is killed, and when its leader is moved.
final class FailoverFigures {
    private static final long MEDIAN_MILLIS_MAX = 1_700;
    private static final long P99_MILLIS_MAX = 3_500;
    private static final long TRANSFER_MILLIS_MAX = 200;
    private static final int TRANSFERS_A_KILL = 2;

    static final Fault FAULT = new Fault(
            "failover",
            0,
            "--kills times kill -9 of a node that leads under load; planned transfers of leaders between",
            "slowest shard takes writes: median 1.7 s, p99 3.5 s; transfer: p99 200 ms; a restart causes no election",
            Fault.Field.OWN,
            FailoverFigures::measure);

    private FailoverFigures() {}

    private static void measure(Arena arena) throws Exception {
        Figures kills = new Figures();
        Figures transfers = new Figures();
        int elections = 0;
        for (int i = 0; i < arena.extent().kills(); i++) {
            for (int j = 0; j < TRANSFERS_A_KILL; j++) {
                transfers.add(transfer(arena));
            }
            String victim = arena.mostLeading();
            kills.add(kill(arena, victim));
            elections += restart(arena, victim) ? 1 : 0;
        }
        arena.note("kill until the slowest shard takes writes: %s", kills);
        arena.note("planned transfer, longest pause between two acknowledgements: %s", transfers);
        arena.note("restarts that caused an election: %d of %d", elections, kills.count());
        List<String> missed = new ArrayList<>();
        check(missed, "fail-over, median", kills.quantile(0.5), arena.extent().millis(MEDIAN_MILLIS_MAX));
        check(missed, "fail-over, p99", kills.quantile(0.99), arena.extent().millis(P99_MILLIS_MAX));
        check(missed, "transfer, p99", transfers.quantile(0.99), arena.extent().millis(TRANSFER_MILLIS_MAX));
        if (elections > 0) {
            missed.add(elections + " restarts caused an election");
        }
        Difference.unless(missed.isEmpty(), "%s", String.join("; ", missed));
    }

    private static void check(List<String> missed, String what, long millis, long millisMax) {
        if (millis > millisMax) {
            missed.add(what + " is " + millis + " ms, must be " + millisMax + " ms at most");
        }
    }

    /// @return milliseconds from the kill to the first acknowledged write, sent after it, on the slowest
    ///     shard the victim led
    private static long kill(Arena arena, String victim) throws Exception {
        NodeEntry asked = arena.other(victim);
        TopologyMap map = arena.cluster().topology(asked);
        List<String> keys = map.shardsOf("default").stream()
                .filter(it -> map.leaderOf(it)
                        .filter(node -> node.name().equals(victim))
                        .isPresent())
                .map(it -> arena.keys().getOrDefault(it.id(), ""))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long killed = System.nanoTime();
            arena.cluster().signalKill(victim);
            List<Future<Long>> first = new ArrayList<>();
            for (String key : keys) {
                first.add(threads.submit(() -> arena.firstAcknowledged(asked, key)));
            }
            long last = killed;
            for (Future<Long> each : first) {
                last = Math.max(last, each.get());
            }
            arena.cluster().kill(victim);
            return (last - killed) / 1_000_000;
        }
    }

    /// @return whether any shard has another term when the node is ready again
    private static boolean restart(Arena arena, String victim) throws Exception {
        NodeEntry asked = arena.other(victim);
        arena.await(
                "every shard, 0 included, has a leader",
                10_000,
                () -> arena.terms(asked).size() == arena.keys().size() + 1);
        Map<String, Long> before = arena.terms(asked);
        arena.cluster().start(victim);
        arena.sleep(1_500); // an election timeout
        Map<String, Long> after = new TreeMap<>(arena.terms(asked));
        if (Arena.growth(before, after) > 0) {
            arena.note("%s started again: terms %s, then %s", victim, before, after);
            return true;
        }
        return false;
    }

    /// Moves the leader of a shard while one caller puts as fast as it is answered.
    ///
    /// @return the longest time between two acknowledgements from then until the new leader has answered
    private static long transfer(Arena arena) throws Exception {
        TopologyMap map = arena.topology();
        List<TopologyMap.Shard> shards = map.shardsOf("default");
        TopologyMap.Shard shard = shards.get(arena.random().nextInt(shards.size()));
        String from = String.valueOf(shard.leader());
        String to = shard.replicas().stream()
                .filter(it -> !it.equals(from))
                .skip(arena.random().nextInt(shard.replicas().size() - 1))
                .findFirst()
                .orElseThrow();
        NodeEntry leader = arena.cluster().node(map.node(from).orElseThrow().name());
        NodeEntry asked = arena.cluster().node(map.node(to).orElseThrow().name());
        String key = arena.keys().getOrDefault(shard.id(), "");
        try (Pauses pauses = Pauses.of(arena, asked, key)) {
            arena.sleep(100);
            arena.cluster().transferLeader(leader, shard.id(), to);
            arena.await(
                    "node " + to + " leads shard " + shard.id(),
                    10_000,
                    () -> arena.cluster().topology(asked).shardsOf("default").stream()
                            .anyMatch(it -> it.id().equals(shard.id()) && to.equals(it.leader())));
            arena.sleep(100);
            return pauses.longestMillis();
        }
    }

    /// One caller; remembers the longest time between two of its acknowledgements.
    private static final class Pauses implements AutoCloseable {
        private final Thread thread;
        private volatile long longestNanos;
        private volatile boolean stopped;

        private Pauses(Arena arena, NodeEntry asked, String key) {
            thread = Thread.ofVirtual().unstarted(() -> put(arena, asked, key));
        }

        static Pauses of(Arena arena, NodeEntry asked, String key) {
            Pauses pauses = new Pauses(arena, asked, key);
            pauses.thread.start();
            return pauses;
        }

        private void put(Arena arena, NodeEntry asked, String key) {
            arena.put(asked, key);
            long last = System.nanoTime();
            while (!stopped) {
                if (arena.put(asked, key)) {
                    long now = System.nanoTime();
                    longestNanos = Math.max(longestNanos, now - last);
                    last = now;
                }
            }
        }

        long longestMillis() {
            return longestNanos / 1_000_000;
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }
}
