package io.concordkv.local.command;

import io.concordkv.local.kubelet.ProcessLedger;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The operator as a process beside the pods. Started again when it ends, after 1 s, doubled each
/// time up to 30 s; a minute of life clears the slate.
final class OperatorProcess implements AutoCloseable {
    private static final Logger LOG = System.getLogger(OperatorProcess.class.getName());
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONG_LIFE = Duration.ofMinutes(1);
    private static final int STOP_SECONDS = 10;

    private final ProcessLedger ledger;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final Thread keeper;
    private volatile boolean closed;
    private volatile @Nullable Process process;

    private OperatorProcess(ProcessLedger ledger, List<String> command, Map<String, String> environment, Path log) {
        this.ledger = ledger;
        this.command = command;
        this.environment = environment;
        this.log = log;
        this.keeper = Thread.ofPlatform().daemon().name("operator").start(this::keep);
    }

    /// @param log gets what the operator prints, after what is there already
    static OperatorProcess start(
            ProcessLedger ledger, List<String> command, Map<String, String> environment, Path log) {
        return new OperatorProcess(ledger, command, environment, log);
    }

    private void keep() {
        Duration wait = FIRST;
        try {
            while (!closed) {
                long started = System.nanoTime();
                int code = run();
                if (closed) {
                    return;
                }
                boolean longLife = System.nanoTime() - started > LONG_LIFE.toNanos();
                wait = longLife ? FIRST : wait;
                LOG.log(Level.WARNING, "operator ended with {0}, again in {1} s", code, wait.toSeconds());
                Thread.sleep(wait);
                Duration doubled = wait.multipliedBy(2);
                wait = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private int run() throws InterruptedException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Process started = ledger.start(builder);
            process = started;
            try {
                return started.waitFor();
            } finally {
                ledger.ended(started.pid());
            }
        } catch (IOException failure) {
            LOG.log(Level.ERROR, "operator cannot be started: {0}", failure.toString());
            return -1;
        }
    }

    @Override
    public void close() {
        closed = true;
        Process running = process;
        try {
            if (running != null) {
                running.destroy();
                if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    running.destroyForcibly().waitFor();
                }
            }
            keeper.interrupt();
            keeper.join(1_000);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
