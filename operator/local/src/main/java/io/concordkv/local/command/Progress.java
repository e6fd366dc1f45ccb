package io.concordkv.local.command;

import io.concordkv.local.command.SupervisorState.Phase;
import io.concordkv.local.command.SupervisorState.Report;
import io.concordkv.local.command.SupervisorState.Step;
import io.concordkv.local.kubelet.ProcessLedger;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Keeps `DIR/supervisor.json` current while the supervisor works.
final class Progress {
    private static final Logger LOG = System.getLogger(Progress.class.getName());

    private final Path directory;
    private final long started = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();
    private long guardian;
    private int port;
    private Phase phase = Phase.STARTING;
    private String reason = "";
    private Report report = Report.empty();

    Progress(Path directory) {
        this.directory = directory;
    }

    synchronized void runsOn(int port, long guardian) throws IOException {
        this.port = port;
        this.guardian = guardian;
        write();
    }

    synchronized void step(String text) throws IOException {
        LOG.log(Level.INFO, text);
        steps.add(new Step(text, (System.nanoTime() - started) / 1_000_000));
        write();
    }

    /// What is waited for at the moment.
    synchronized void waitsFor(String reason) throws IOException {
        if (!reason.equals(this.reason)) {
            this.reason = reason;
            write();
        }
    }

    synchronized void ready(Report report) throws IOException {
        this.report = report;
        phase = Phase.READY;
        reason = "";
        step("ready");
    }

    synchronized void failed(String reason, Report report) throws IOException {
        LOG.log(Level.ERROR, reason);
        phase = Phase.FAILED;
        this.reason = reason;
        this.report = report;
        write();
    }

    void forget() throws IOException {
        Files.deleteIfExists(SupervisorState.file(directory));
    }

    private void write() throws IOException {
        long pid = ProcessHandle.current().pid();
        new SupervisorState(
                        pid, ProcessLedger.startTicks(pid), guardian, port, phase, List.copyOf(steps), reason, report)
                .write(directory);
    }
}
