package io.concordkv.bench.load;

import io.concordkv.tools.console.ExitCode;
import io.concordkv.wire.RequestTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `concord bench stages`: what a put costs CPU for. The time of each thread comes from the kernel; how the time of
/// the event loops and of the log's threads divides comes from samples of their stacks.
@Command(
        name = "stages",
        description = {
            "Sample what three nodes spend their CPU for while they take puts of 256 bytes, pinned to core 0,",
            "and print microseconds an operation by stage."
        },
        mixinStandardHelpOptions = true)
public final class StageCommand implements Callable<Integer> {
    private static final int KEYS = 100_000;
    private static final long SEED = 1;

    @Option(names = "--clients", defaultValue = "256", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
    private int clients;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            paramLabel = "N",
            description = "measured, default ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "120",
            paramLabel = "SECONDS",
            description = "all operations, before, default ${DEFAULT-VALUE}")
    private int warmUpSeconds;

    @Option(
            names = "--base-port",
            defaultValue = "18080",
            paramLabel = "PORT",
            description = "of the nodes this command starts, default ${DEFAULT-VALUE}")
    private int basePort;

    @Override
    public Integer call() throws IOException {
        Path temporary = Files.createTempDirectory("concord-bench");
        Workload workload = Workload.uniform(KEYS, SEED);
        try (EventLoop loop = new EventLoop();
                ConcordServers servers = ConcordServers.start(temporary.resolve("nodes"), basePort, List.of())) {
            LoadPlan plan = new LoadPlan(loop, workload, List.of(clients), seconds, warmUpSeconds, System.err);
            ServerGroup.pin(servers.pids(), true);
            plan.warmUp(servers);
            Target target = HttpTarget.leaderAware(
                    loop,
                    servers.topologyWithLeaders(RequestTarget.DEFAULT_KEYSPACE),
                    RequestTarget.DEFAULT_KEYSPACE,
                    workload.keys());
            Row row = new Row(servers.name(), Workload.Kind.PUT, "stages", clients, Duel.PINNED);
            try (StageRecorder recorder = StageRecorder.start(servers.pids())) {
                Map<String, Long> before = ThreadClock.read(servers.pids());
                RowResult result = ClosedLoop.measure(
                        loop, target, workload, row, seconds, servers.pids(), AllocationClock.UNKNOWN);
                Map<String, Long> used = ThreadClock.read(servers.pids());
                before.forEach((name, nanos) -> used.merge(name, -nanos, Long::sum));
                print(result, used, samples(recorder.stop(temporary)));
            }
            ServerGroup.pin(servers.pids(), false);
        } finally {
            TemporaryFolder.delete(temporary);
        }
        return ExitCode.DONE;
    }

    /// How often the threads of Java were seen in each stage.
    private static Map<Stage, Long> samples(List<Path> files) throws IOException {
        Map<Stage, Long> seen = new EnumMap<>(Stage.class);
        for (Path file : files) {
            try (RecordingFile recording = new RecordingFile(file)) {
                while (recording.hasMoreEvents()) {
                    RecordedEvent event = recording.readEvent();
                    RecordedStackTrace stack = event.getStackTrace();
                    if (stack != null) {
                        seen.merge(
                                Stage.of(stack.getFrames().stream()
                                        .map(it -> it.getMethod().getType().getName())
                                        .toList()),
                                1L,
                                Long::sum);
                    }
                }
            }
        }
        return seen;
    }

    private static void print(RowResult result, Map<String, Long> used, Map<Stage, Long> seen) {
        Map<Stage, Double> shares = new EnumMap<>(Stage.class);
        double all = used.values().stream().mapToLong(it -> it).sum();
        double sampled = 0;
        for (Map.Entry<String, Long> thread : used.entrySet()) {
            Stage stage = Stage.ofThread(thread.getKey()).orElse(null);
            if (stage == null) {
                sampled += thread.getValue();
            } else {
                shares.merge(stage, thread.getValue() / all, Double::sum);
            }
        }
        double count = Math.max(1, seen.values().stream().mapToLong(it -> it).sum());
        for (Map.Entry<Stage, Long> each : seen.entrySet()) {
            shares.merge(each.getKey(), each.getValue() / count * sampled / all, Double::sum);
        }
        System.out.printf(
                Locale.ROOT,
                "%.0f puts/s, %.1f µs of server CPU each, %.0f samples%n%n| stage | µs a put | share |%n|---|--:|--:|%n",
                result.operationsPerSecond(),
                result.serverMicros(),
                count);
        for (Stage stage : Stage.values()) {
            double share = shares.getOrDefault(stage, 0.0);
            if (share > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %.1f | %.0f %% |%n",
                        stage.label(),
                        share * result.serverMicros(),
                        share * 100);
            }
        }
    }
}
