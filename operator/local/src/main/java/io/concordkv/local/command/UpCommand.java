package io.concordkv.local.command;

import io.concordkv.local.kubelet.ProcessLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Starts the supervisor in the background and follows it until the sample is ready.
@Command(
        name = "up",
        description = "Starts Kubernetes on this machine, the operator and a sample cluster in the background.",
        footer = "Needs Linux. Nothing outside DIR is written; your own kubeconfig stays as it is.",
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
    static final String MARKER = "concordkv-local";
    private static final int POLL_MILLIS = 100;
    private static final int QUIET_MILLIS = 2_000;
    private static final int LOG_LINES_SHOWN = 20;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--port",
            defaultValue = "6443",
            description = "Port of the Kubernetes API; when taken, the next free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--sample",
            paramLabel = "FILE",
            description = "YAML to apply (default: k8s/samples/cluster.yaml of this clone).")
    private @Nullable Path sample;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = common.absolute();
        if (port < 1 || port > 65_535) {
            err().println("--port must be 1 to 65535, not " + port);
            return 2;
        }
        var running = SupervisorState.running(directory);
        if (running.isPresent()) {
            if (common.format == CommonOptions.Format.table) {
                out().println("Already running in " + common.directory + " (process "
                        + running.get().pid() + ").");
            }
            return follow(directory, null);
        }
        var installation = Installation.find();
        Path file = sample == null ? installation.sample() : sample.toAbsolutePath();
        if (!Files.isReadable(file)) {
            err().println("cannot read the sample " + file);
            return 1;
        }
        if (!installation.missing().isEmpty()) {
            err().println("not built: " + installation.missing());
            return 1;
        }
        Files.createDirectories(directory);
        Path marker = directory.resolve(MARKER);
        if (Files.notExists(marker)) {
            Files.writeString(
                    marker, "A local Kubernetes of ConcordKV lives here; `concord down --delete` removes it.\n");
        }
        return follow(directory, startSupervisor(directory, file, installation));
    }

    private Process startSupervisor(Path directory, Path file, Installation installation) throws IOException {
        Files.deleteIfExists(SupervisorState.file(directory));
        var command = new ArrayList<>(List.of(
                Installation.java(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(Installation.archive(installation.home()));
        for (String property : List.of("concord.home", "concord.local.node", "concord.local.operator")) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Supervisor.class.getName(),
                directory.toString(),
                Integer.toString(port),
                file.toString()));
        var log = directory.resolve("log").toFile();
        return new ProcessBuilder(ProcessLedger.detached(command))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    /// Shows steps once two seconds have passed.
    ///
    /// @param started the supervisor when it is ours; null when it ran already
    private int follow(Path directory, @Nullable Process started) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        int shown = 0;
        String waitedFor = "";
        while (true) {
            Optional<SupervisorState> found = SupervisorState.running(directory);
            if (found.isEmpty()) {
                if (started == null || !started.isAlive()) {
                    return died(directory);
                }
            } else {
                var state = found.get();
                switch (state.phase()) {
                    case READY -> {
                        print(state, (System.nanoTime() - begin) / 1e9);
                        return 0;
                    }
                    case FAILED -> {
                        return failed(state, (System.nanoTime() - begin) / 1e9);
                    }
                    case STARTING -> {
                        if (System.nanoTime() - begin > QUIET_MILLIS * 1_000_000L) {
                            shown = showSteps(state, shown);
                            waitedFor = showWaiting(state, waitedFor);
                        }
                    }
                }
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private int failed(SupervisorState state, double seconds) throws IOException {
        if (state.report().kubeconfig().isEmpty()) {
            err().println("The cluster could not be started: " + state.reason());
            err().println("See " + common.directory.resolve("log") + ".");
        } else {
            err().println("The cluster is " + state.reason());
            err().println("It goes on trying; see " + common.directory.resolve("log") + " and "
                    + common.directory.resolve("operator.log") + ".");
            print(state, seconds);
        }
        return 1;
    }

    private int showSteps(SupervisorState state, int shown) {
        for (var step : state.steps()
                .subList(Math.min(shown, state.steps().size()), state.steps().size())) {
            err().println("  " + seconds(step.millis()) + "  " + step.text());
        }
        return state.steps().size();
    }

    private String showWaiting(SupervisorState state, String before) {
        if (!state.reason().isEmpty() && !state.reason().equals(before)) {
            err().println("         " + state.reason());
        }
        return state.reason();
    }

    private static String seconds(long millis) {
        return String.format("%5.1f s", millis / 1e3);
    }

    private int died(Path directory) throws IOException {
        Path log = directory.resolve("log");
        err().println("The supervisor ended. The end of " + log + ":");
        if (Files.exists(log)) {
            var lines = Files.readAllLines(log);
            lines.stream()
                    .skip(Math.max(0, lines.size() - LOG_LINES_SHOWN))
                    .forEach(line -> err().println("  " + line));
        }
        return 1;
    }

    private void print(SupervisorState state, double seconds) throws IOException {
        if (common.format == CommonOptions.Format.json) {
            out().println(state.json());
            return;
        }
        var report = state.report();
        boolean ready = state.phase() == SupervisorState.Phase.READY;
        if (ready && !report.cluster().isEmpty()) {
            out().println("Cluster " + report.cluster() + " is ready after " + String.format("%.1f", seconds) + " s.");
        }
        if (!report.service().isEmpty()) {
            out().println("  keys     " + report.service() + "   (any node answers)");
        }
        if (!report.nodes().isEmpty()) {
            out().println("  nodes    " + String.join("  ", report.nodes()));
            out().println("  admin    " + String.join("  ", report.admin()));
        }
        Path kubeconfig = common.directory.resolve("kubeconfig");
        out().println("  kubectl  kubectl --kubeconfig " + kubeconfig + " get "
                + (report.cluster().isEmpty() ? "pods" : "ccl"));
        if (state.port() != port) {
            out().println("  The Kubernetes API is on port " + state.port() + ".");
        }
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
