package io.concordkv.local.command;

import io.concordkv.local.kubelet.DirectoryTree;
import io.concordkv.local.kubelet.ProcessLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Ends the supervisor, and with it everything it started; kills what does not end by itself.
@Command(
        name = "down",
        description = "Stops the local Kubernetes and everything in it; the data stays.",
        mixinStandardHelpOptions = true)
public final class DownCommand implements Callable<Integer> {
    /// Longer than the grace period of a pod (60 s) and of the operator (10 s) together.
    private static final int GRACE_SECONDS = 90;

    private static final int QUIET_MILLIS = 2_000;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(names = "--delete", description = "Also delete DIR with all data in it.")
    private boolean delete;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = common.absolute();
        if (Files.notExists(directory.resolve(UpCommand.MARKER))) {
            out().println(
                            json()
                                    ? "{\"stopped\":false,\"deleted\":false}"
                                    : "Nothing was ever started in " + common.directory + ".");
            return 0;
        }
        var running = SupervisorState.running(directory);
        running.ifPresent(DownCommand::stop);
        ProcessLedger.end(directory.resolve("processes"));
        Files.deleteIfExists(SupervisorState.file(directory));
        if (delete) {
            DirectoryTree.delete(directory);
        }
        out().println(text(running));
        return 0;
    }

    private String text(Optional<SupervisorState> running) {
        if (json()) {
            return "{\"stopped\":" + running.isPresent() + ",\"deleted\":" + delete + "}";
        }
        return (running.isPresent() ? "Stopped." : "Nothing was running.")
                + (delete ? " Deleted " : " The data stays in ")
                + common.directory
                + ".";
    }

    private static void stop(SupervisorState state) {
        var supervisor = ProcessHandle.of(state.pid());
        supervisor.ifPresent(ProcessHandle::destroy);
        if (!ended(state, GRACE_SECONDS)) {
            supervisor.ifPresent(ProcessHandle::destroyForcibly);
            // Its guardian now kills the rest.
            ended(state, GRACE_SECONDS);
        }
        ProcessHandle.of(state.guardian()).ifPresent(guardian -> {
            try {
                guardian.onExit().get(10, TimeUnit.SECONDS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException stuck) {
                guardian.destroyForcibly();
            }
        });
    }

    private static boolean ended(SupervisorState state, int seconds) {
        long begin = System.nanoTime();
        boolean told = false;
        while (ProcessLedger.isRunning(state.pid(), state.startTicks())) {
            long millis = (System.nanoTime() - begin) / 1_000_000;
            if (millis > seconds * 1_000L) {
                return false;
            }
            if (millis > QUIET_MILLIS && !told) {
                told = true;
                System.err.println("  waiting for the pods to end");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private boolean json() {
        return common.format == CommonOptions.Format.json;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
