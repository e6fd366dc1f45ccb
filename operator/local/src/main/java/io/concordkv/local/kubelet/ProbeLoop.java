package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Repeats one probe of one run of a container and counts its answers against the thresholds. Has
/// a virtual thread of its own until it is closed.
final class ProbeLoop implements AutoCloseable {
    enum Verdict {
        UNKNOWN,
        SUCCESS,
        FAILURE
    }

    /// Called on the loop's thread.
    interface Listener {
        /// One answer was bad; the verdict may still be the old one.
        void failed(String why);

        void decided(Verdict verdict);
    }

    private final ProbeCheck check;
    private final Duration initialDelay;
    private final Duration period;
    private final int successThreshold;
    private final int failureThreshold;
    private final Listener listener;
    private final Thread thread;
    private volatile Verdict verdict = Verdict.UNKNOWN;
    private int row;
    private boolean rowIsGood;

    ProbeLoop(String name, Probe probe, ProbeCheck check, Listener listener) {
        this.check = check;
        this.initialDelay = Duration.ofSeconds(Objects.requireNonNullElse(probe.getInitialDelaySeconds(), 0));
        this.period = Duration.ofSeconds(Math.max(1, Objects.requireNonNullElse(probe.getPeriodSeconds(), 10)));
        this.successThreshold = Math.max(1, Objects.requireNonNullElse(probe.getSuccessThreshold(), 1));
        this.failureThreshold = Math.max(1, Objects.requireNonNullElse(probe.getFailureThreshold(), 3));
        this.listener = listener;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    Verdict verdict() {
        return verdict;
    }

    private void run() {
        try {
            Thread.sleep(initialDelay);
            while (true) {
                count(check.ask());
                Thread.sleep(period);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(Optional<String> problem) {
        boolean good = problem.isEmpty();
        row = good == rowIsGood ? row + 1 : 1;
        rowIsGood = good;
        problem.ifPresent(listener::failed);
        Verdict before = verdict;
        if (good && row >= successThreshold) {
            verdict = Verdict.SUCCESS;
        } else if (!good && row >= failureThreshold) {
            verdict = Verdict.FAILURE;
        }
        if (verdict != before) {
            listener.decided(verdict);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
