package io.concordkv.local.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalInt;

/// One run of a container: a process with its log. Ends exactly once; then its session is empty.
final class ContainerProcess {
    private final ProcessLedger ledger;
    private final Process process;
    private final ContainerLog log;
    private final Instant startedAt = Instant.now();
    private volatile Instant endedAt = Instant.MAX;

    private ContainerProcess(ProcessLedger ledger, Process process, ContainerLog log) {
        this.ledger = ledger;
        this.process = process;
        this.log = log;
    }

    /// @param onEnd called once, on a thread of its own, after the end
    /// @throws IOException when the program cannot be started; says why
    static ContainerProcess start(
            ProcessLedger ledger, ContainerCommand command, Path directory, ContainerLog log, Runnable onEnd)
            throws IOException {
        Files.createDirectories(directory);
        var builder = new ProcessBuilder(command.arguments())
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        Process process = ledger.start(builder);
        var started = new ContainerProcess(ledger, process, log);
        Thread.ofPlatform().daemon().name("log " + process.pid()).start(() -> log.pump(process.getInputStream()));
        process.onExit().whenComplete((ended, failure) -> {
            started.endedAt = Instant.now();
            ledger.ended(process.pid());
            onEnd.run();
        });
        return started;
    }

    long pid() {
        return process.pid();
    }

    ContainerLog log() {
        return log;
    }

    Instant startedAt() {
        return startedAt;
    }

    Instant endedAt() {
        return endedAt;
    }

    /// As a container runtime says it: 128 + signal for a killed process. Empty while it runs.
    OptionalInt exitCode() {
        return process.isAlive() || endedAt.equals(Instant.MAX)
                ? OptionalInt.empty()
                : OptionalInt.of(process.exitValue());
    }

    /// SIGTERM to the program itself, as to the first process of a container.
    void terminate() {
        process.destroy();
    }

    /// SIGKILL to everything in its session.
    void kill() {
        ProcessLedger.killSession(process.pid());
    }
}
