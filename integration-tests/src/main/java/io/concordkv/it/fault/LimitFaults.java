package io.concordkv.it.fault;

import io.concordkv.it.finding.Difference;
import io.concordkv.it.finding.NotRun;
import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// More than a node can take: file descriptors, calls.
final class LimitFaults {
    private static final long RESUME_MILLIS_MAX = 6_000;
    private static final int ADMITTED_A_SHARD = 16;
    private static final int SHARDS = 8;
    private static final int OVERLOAD = 5;
    private static final long GROWTH_BYTES_MAX = 128L << 20;

    static final Fault DESCRIPTORS = new Fault(
            "descriptors",
            15,
            "the node that leads the most shards may open no more files (prlimit), and 200 clients connect to it",
            "it goes on or ends cleanly; every shard takes writes through the others",
            Fault.Field.SHARED,
            LimitFaults::exhaust);

    static final Fault OVERLOADED = new Fault(
            "overload",
            20,
            "five times as many puts at once as the shards admit, for seconds",
            "refusals are 429 or 503 with retryAfterMs; memory grows by 128 MiB at most; no election; still half the rate",
            Fault.Field.OWN.with("-Dconcord.limits.proposals=" + ADMITTED_A_SHARD),
            LimitFaults::overload);

    static final List<Fault> ALL = List.of(DESCRIPTORS, OVERLOADED);

    private LimitFaults() {}

    private static void exhaust(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        NodeEntry node = arena.cluster().node(victim);
        NodeEntry other = arena.other(victim);
        long pid = arena.cluster().pid(victim);
        long open;
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            open = files.count();
        } catch (IOException noProc) {
            throw new NotRun("needs /proc and prlimit: " + noProc.getMessage());
        }
        limit(pid, Long.toString(open + 2) + ":");
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                held.add(connect(node));
            }
            long began = System.nanoTime();
            arena.writesResume(other, began, RESUME_MILLIS_MAX, victim + " can open no more than " + open + " files");
            arena.sleep(arena.extent().brief() ? 1_000 : 10_000);
            arena.writesResume(other, System.nanoTime(), RESUME_MILLIS_MAX, "still");
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
            if (arena.cluster().isRunning(victim)) {
                limit(pid, "65536:");
            }
        }
        if (!arena.cluster().isRunning(victim)) {
            arena.note("%s has ended: %s", victim, arena.lastWords(victim));
            arena.cluster().start(victim);
        }
        arena.cluster().awaitReady(victim);
        arena.await(
                "a put through " + victim,
                RESUME_MILLIS_MAX,
                () -> arena.put(node, arena.keys().values().iterator().next()));
    }

    private static Socket connect(NodeEntry node) throws IOException {
        String[] address = node.http().split(":");
        return new Socket(address[0], Integer.parseInt(address[1]));
    }

    private static void limit(long pid, String files) throws IOException, InterruptedException {
        int code = new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--nofile=" + files)
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("prlimit --nofile=" + files + " failed");
        }
    }

    private static void overload(Arena arena) throws Exception {
        long millis = arena.extent().brief() ? 2_000 : 10_000;
        int admitted = ADMITTED_A_SHARD * SHARDS;
        Map<Integer, AtomicLong> calm = putAtOnce(arena, admitted / 2, millis);
        Map<String, Long> terms = arena.terms(arena.other());
        Map<String, Long> memory = memory(arena);
        Map<Integer, AtomicLong> full = putAtOnce(arena, admitted * OVERLOAD, millis);
        Map<String, Long> after = memory(arena);
        arena.note("answers by status in %d ms: %s, then %s", millis, calm, full);
        long growth = after.entrySet().stream()
                .mapToLong(it -> it.getValue() - memory.getOrDefault(it.getKey(), 0L))
                .max()
                .orElse(0);
        arena.note("memory grew by %d MiB at most", growth >> 20);
        Difference.unless(growth < GROWTH_BYTES_MAX, "the memory of a node grew by %d bytes", growth);
        Map<String, Long> now = arena.terms(arena.other());
        Difference.unless(Arena.growth(terms, now) == 0, "there was an election: %s, then %s", terms, now);
        long refused = full.entrySet().stream()
                .filter(it -> it.getKey() == 429 || it.getKey() == 503)
                .mapToLong(it -> it.getValue().get())
                .sum();
        Difference.unless(refused > 0, "nothing was refused: %s", full);
        Difference.unless(!full.containsKey(WITHOUT_RETRY), "a refusal came without retryAfterMs");
        Difference.unless(
                2 * accepted(full) >= accepted(calm),
                "%d puts were acknowledged, %d without overload",
                accepted(full),
                accepted(calm));
    }

    /// Counts refusals that do not say when to come back.
    private static final int WITHOUT_RETRY = -1;

    private static long accepted(Map<Integer, AtomicLong> answers) {
        return Stream.of(200, 201, 204)
                .mapToLong(it -> answers.containsKey(it) ? answers.get(it).get() : 0)
                .sum();
    }

    /// So many callers, each with one put after the other.
    ///
    /// @return how many answers of each status; 0 for none
    private static Map<Integer, AtomicLong> putAtOnce(Arena arena, int callers, long millis)
            throws InterruptedException {
        Map<Integer, AtomicLong> answers = new ConcurrentHashMap<>();
        long end = System.nanoTime() + millis * 1_000_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int count = 0; System.nanoTime() < end; count++) {
                    List<NodeEntry> nodes = arena.cluster().nodes();
                    int status =
                            put(arena, nodes.get((number + count) % nodes.size()), "over-" + number + "-" + count % 8);
                    answers.computeIfAbsent(status, it -> new AtomicLong()).incrementAndGet();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new TreeMap<>(answers);
    }

    private static int put(Arena arena, NodeEntry node, String key) {
        try {
            byte[] value = "v".repeat(256).getBytes(StandardCharsets.UTF_8);
            HttpResponse<byte[]> answer =
                    arena.cluster().send(node, "PUT", "/v1/keys/" + key, value, Duration.ofSeconds(10));
            int status = answer.statusCode();
            boolean refused = status == 429 || status == 503;
            boolean says = new String(answer.body(), StandardCharsets.UTF_8).contains("retryAfterMs");
            return refused && !says ? WITHOUT_RETRY : status;
        } catch (IOException none) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /// Resident bytes of each node's process.
    static Map<String, Long> memory(Arena arena) throws IOException {
        Map<String, Long> resident = new TreeMap<>();
        for (String name : arena.names()) {
            Path statm = Path.of("/proc/" + arena.cluster().pid(name) + "/statm");
            if (!Files.exists(statm)) {
                throw new NotRun("needs /proc");
            }
            resident.put(name, Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096);
        }
        return resident;
    }
}
