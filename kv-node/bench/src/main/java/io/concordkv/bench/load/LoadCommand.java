package io.concordkv.bench.load;

import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.OutputOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Options of the load generator, and the run itself.
public final class LoadCommand {
    private static final int PEER_PORT_DISTANCE = 200;
    private static final long SEED = 1;

    @Option(
            names = "--clients",
            split = ",",
            defaultValue = "1,16,64,256",
            paramLabel = "N",
            description = "closed-loop clients, default ${DEFAULT-VALUE}")
    private List<Integer> clients = new ArrayList<>();

    @Option(
            names = "--seconds",
            defaultValue = "5",
            paramLabel = "N",
            description = "measured per row after one of warm-up, default ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "40",
            paramLabel = "SECONDS",
            description = "all operations, before the first row of a system, default ${DEFAULT-VALUE}")
    private int warmUpSeconds;

    @Option(
            names = "--keys",
            defaultValue = "100000",
            paramLabel = "N",
            description = "keys of a keyspace, filled first, default ${DEFAULT-VALUE}")
    private int keys;

    @Option(names = "--pinned", description = "also with the servers on core 0 and the generator on core 1")
    private boolean pinned;

    @Option(names = "--only-pinned", description = "only pinned")
    private boolean onlyPinned;

    @Option(
            names = "--endpoints",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "data ports of a cluster that runs already; its CPU stays unknown")
    private List<String> endpoints = new ArrayList<>();

    @Option(names = "--dir", paramLabel = "DIR", description = "nodes of DIR/nodes.json that run already")
    private @Nullable Path directory;

    @Option(
            names = "--base-port",
            defaultValue = "18080",
            paramLabel = "PORT",
            description = "of the nodes this command starts, default ${DEFAULT-VALUE}")
    private int basePort;

    @Option(
            names = "--peer",
            paramLabel = "etcd=BINARY",
            description = "start three nodes of it too and measure the same rows")
    private @Nullable String peer;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "with --peer: both systems in turns, N rounds a row, medians, ratios and the verdict")
    private @Nullable Integer rounds;

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--allocation",
            description = "also what the nodes allocate an operation; starts the management agent of each")
    private boolean withAllocation;

    @Option(names = "--only-peer", description = "measure the peer alone")
    private boolean onlyPeer;

    @Parameters(
            index = "0..*",
            paramLabel = "-- -Dname=value",
            description = "settings of the nodes this command starts")
    private List<String> settings = new ArrayList<>();

    /// Prints progress to standard error and one Markdown table to standard output.
    public int run() throws IOException {
        check();
        List<String> modes = onlyPinned ? List.of("pinned") : pinned ? List.of("shared", "pinned") : List.of("shared");
        Path temporary = Files.createTempDirectory("concord-bench");
        Workload workload = Workload.uniform(keys, SEED);
        try (EventLoop loop = new EventLoop()) {
            LoadPlan plan = new LoadPlan(loop, workload, clients, seconds, warmUpSeconds, System.err);
            Path binary = peerBinary();
            if (rounds != null && binary != null) {
                duel(new Duelling(loop, workload, plan, rounds), binary, temporary, modes);
                return ExitCode.DONE;
            }
            if (!onlyPeer) {
                measureConcord(plan, temporary, modes);
            }
            if (binary != null) {
                measurePeer(plan, binary, temporary, modes);
            }
            Report.print(System.out, plan.results());
        } finally {
            TemporaryFolder.delete(temporary);
        }
        return ExitCode.DONE;
    }

    private void measureConcord(LoadPlan plan, Path temporary, List<String> modes) throws IOException {
        try (ConcordServers servers = servers(temporary);
                AllocationClock clock = allocation(servers)) {
            plan.allocation(clock);
            Thread hook = endWithThisProcess(servers);
            plan.warmUp(servers);
            for (String mode : modes) {
                pin(servers, mode.equals("pinned"));
                plan.run(servers, mode);
            }
            pin(servers, false);
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private AllocationClock allocation(ConcordServers servers) throws IOException {
        return withAllocation ? AllocationClock.of(servers.pids()) : AllocationClock.UNKNOWN;
    }

    /// What a run of rounds shares with one without.
    private record Duelling(EventLoop loop, Workload workload, LoadPlan plan, int rounds) {}

    private void duel(Duelling run, Path binary, Path temporary, List<String> modes) throws IOException {
        try (ConcordServers ours = servers(temporary);
                EtcdServers theirs = new EtcdServers(binary, temporary.resolve("etcd"), basePort + PEER_PORT_DISTANCE);
                AllocationClock clock = allocation(ours)) {
            Thread hook = endWithThisProcess(ours);
            Thread otherHook = endWithThisProcess(theirs);
            run.plan.warmUp(ours);
            run.plan.warmUp(theirs);
            Duel duel = new Duel(run.loop, run.workload, seconds, System.err, ours, theirs, clock);
            for (String mode : modes) {
                pin(ours, mode.equals(Duel.PINNED));
                pin(theirs, mode.equals(Duel.PINNED));
                duel.run(clients, mode, run.rounds);
            }
            pin(ours, false);
            Runtime.getRuntime().removeShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(otherHook);
            if (output.isJson()) {
                System.out.println(JsonText.pretty(DuelReport.json(duel.rows(), run.rounds, seconds)));
            } else {
                DuelReport.print(System.out, duel.rows());
            }
        }
    }

    private void measurePeer(LoadPlan plan, Path binary, Path temporary, List<String> modes) throws IOException {
        try (EtcdServers servers = new EtcdServers(binary, temporary.resolve("etcd"), basePort + PEER_PORT_DISTANCE)) {
            Thread hook = endWithThisProcess(servers);
            plan.warmUp(servers);
            for (String mode : modes) {
                pin(servers, mode.equals("pinned"));
                plan.run(servers, mode);
            }
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /// Without `--pinned` nothing is bound, so that `taskset` is needed only with it.
    private void pin(ServerGroup servers, boolean wanted) throws IOException {
        if (pinned || onlyPinned) {
            ServerGroup.pin(servers.pids(), wanted);
        }
    }

    /// Ctrl-C must not leave servers behind that this command has started.
    private static Thread endWithThisProcess(ServerGroup servers) {
        Thread hook = new Thread(
                () -> {
                    try {
                        servers.close();
                    } catch (IOException | CommandFailure e) {
                        System.err.println("bench: servers may still run: " + e.getMessage());
                    }
                },
                "end-servers");
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    private void check() {
        if (clients.stream().anyMatch(each -> each < 1 || each > 10_000)) {
            throw CommandFailure.usage("--clients: 1 to 10000 are allowed");
        }
        if (seconds < 1 || keys < 1_000 || keys > 10_000_000) {
            throw CommandFailure.usage("--seconds: at least 1; --keys: 1000 to 10000000");
        }
        if (rounds != null && (rounds < 1 || peerBinary() == null || onlyPeer)) {
            throw CommandFailure.usage("--rounds: at least 1, with --peer and without --only-peer");
        }
        if (rounds == null && output.isJson()) {
            throw CommandFailure.usage("-o json wants --rounds");
        }
        if (directory != null && !endpoints.isEmpty()) {
            throw CommandFailure.usage("--dir and --endpoints exclude each other");
        }
        if (peerBinary() == null && onlyPeer) {
            throw CommandFailure.usage("--only-peer wants --peer");
        }
    }

    private @Nullable Path peerBinary() {
        if (peer == null) {
            return null;
        }
        if (!peer.startsWith("etcd=")) {
            throw CommandFailure.usage("--peer: want etcd=BINARY, got " + peer);
        }
        return Path.of(peer.substring("etcd=".length()));
    }

    private ConcordServers servers(Path temporary) {
        if (directory != null) {
            return ConcordServers.attach(directory);
        }
        return endpoints.isEmpty()
                ? ConcordServers.start(temporary.resolve("nodes"), basePort, settings)
                : ConcordServers.remote(endpoints);
    }
}
