package io.concordkv.bench.load;

import io.concordkv.tools.console.Progress;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.nodes.NodeGroup;
import io.concordkv.tools.nodes.NodesFile;
import io.concordkv.wire.RequestTarget;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What three nodes cost beside their work: CPU while nobody asks, memory after many puts, and how long a
/// killed node is away.
public final class Footprint {
    private static final int NODES = 3;
    private static final int SHARDS = 8;
    private static final int KEYS = 100_000;
    private static final int CLIENTS = 64;
    private static final long SEED = 1;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final NodeGroup group;
    private final NodesFile file;
    private final int basePort;
    private final PrintStream progress;

    /// @param directory of the nodes it starts and stops
    /// @param basePort  as of `concord nodes`
    public Footprint(Path directory, int basePort, PrintStream progress) {
        this.group = new NodeGroup(directory, new Progress(progress));
        this.file = new NodesFile(directory);
        this.basePort = basePort;
        this.progress = progress;
    }

    /// What was seen.
    ///
    /// @param idleCorePercent CPU of all three together, percent of one core
    /// @param residentBytes   of each node after the puts, as the system counts it (`VmRSS`)
    /// @param restartMillis   of each node, from the start of its process to its ready probe
    public record Figures(double idleCorePercent, List<Long> residentBytes, List<Long> restartMillis) {}

    /// @param settleSeconds given to leaders to find their places, and to Java to become quiet
    /// @param idleSeconds   measured
    /// @param puts          of 256 bytes over 100,000 keys
    public Figures measure(int settleSeconds, int idleSeconds, int puts) throws IOException {
        group.up(NODES, basePort, SHARDS, List.of());
        try {
            progress.printf("settling for %d s, then idle for %d s%n", settleSeconds, idleSeconds);
            pause(settleSeconds);
            double idle = idle(idleSeconds);
            progress.printf("idle: %.2f %% of a core; writing %d values%n", idle, puts);
            write(puts);
            List<Long> resident = new ArrayList<>();
            for (long pid : pids()) {
                resident.add(residentBytes(pid));
            }
            progress.printf("resident: %s bytes; killing and starting each node%n", resident);
            List<Long> restarts = new ArrayList<>();
            for (NodeEntry node : file.read()) {
                restarts.add(restart(node));
            }
            return new Figures(idle, resident, restarts);
        } finally {
            group.down();
        }
    }

    private double idle(int seconds) throws IOException {
        CpuClock.Reading before = CpuClock.read(pids());
        pause(seconds);
        CpuClock.Reading used = CpuClock.read(pids()).since(before);
        return used.servers() * 100.0 / used.atNanos();
    }

    private void write(int puts) throws IOException {
        List<String> addresses = file.read().stream().map(NodeEntry::http).toList();
        try (EventLoop loop = new EventLoop();
                Target target = HttpTarget.anyNode(loop, addresses, RequestTarget.DEFAULT_KEYSPACE)) {
            Workload workload = Workload.uniform(KEYS, SEED).sequential();
            Fill.run(loop, target, workload, Workload.Kind.PUT, CLIENTS, puts);
        }
    }

    private long restart(NodeEntry node) {
        group.kill(node.name());
        long started = System.nanoTime();
        group.start(node.name(), List.of());
        return (System.nanoTime() - started) / 1_000_000;
    }

    private List<Long> pids() {
        return file.read().stream().flatMap(node -> node.pid().stream().boxed()).toList();
    }

    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("process " + pid + " has no VmRSS");
    }

    private static void pause(int seconds) {
        long until = System.nanoTime() + seconds * NANOS_A_SECOND;
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
        }
    }
}
