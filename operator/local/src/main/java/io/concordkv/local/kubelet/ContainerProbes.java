package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The probes of one run: startup first, then liveness and readiness. A container without a probe
/// counts as started, alive and ready.
final class ContainerProbes implements AutoCloseable {
    private final Container container;
    private final Function<Probe, ProbeCheck> checks;
    private final BiConsumer<String, String> unhealthy;
    private final Runnable changed;
    private final List<ProbeLoop> loops = new ArrayList<>();
    private @Nullable ProbeLoop startup;
    private @Nullable ProbeLoop liveness;
    private @Nullable ProbeLoop readiness;
    private boolean closed;

    /// @param unhealthy told the kind of probe and what was wrong, for an event
    /// @param changed   told when a verdict changes
    ContainerProbes(
            Container container,
            Function<Probe, ProbeCheck> checks,
            BiConsumer<String, String> unhealthy,
            Runnable changed) {
        this.container = container;
        this.checks = checks;
        this.unhealthy = unhealthy;
        this.changed = changed;
        synchronized (this) {
            startup = loop("Startup", container.getStartupProbe());
            if (startup == null) {
                begin();
            }
        }
    }

    private void begin() {
        liveness = loop("Liveness", container.getLivenessProbe());
        readiness = loop("Readiness", container.getReadinessProbe());
    }

    private @Nullable ProbeLoop loop(String kind, @Nullable Probe probe) {
        if (probe == null) {
            return null;
        }
        String name = kind.toLowerCase(Locale.ROOT) + " probe of " + container.getName();
        var loop = new ProbeLoop(name, probe, checks.apply(probe), new ProbeLoop.Listener() {
            @Override
            public void failed(String why) {
                unhealthy.accept(kind, why);
            }

            @Override
            public void decided(ProbeLoop.Verdict verdict) {
                if (kind.equals("Startup") && verdict == ProbeLoop.Verdict.SUCCESS) {
                    started();
                }
                changed.run();
            }
        });
        loops.add(loop);
        return loop;
    }

    private synchronized void started() {
        if (!closed && startup != null) {
            begin();
            startup.close();
        }
    }

    synchronized boolean isStarted() {
        return startup == null || startup.verdict() == ProbeLoop.Verdict.SUCCESS;
    }

    synchronized boolean isReady() {
        return isStarted()
                && (readiness == null || readiness.verdict() == ProbeLoop.Verdict.SUCCESS)
                && (readiness != null || container.getReadinessProbe() == null);
    }

    /// The probe that says the container must be restarted; null when none does.
    synchronized @Nullable String fatal() {
        if (startup != null && startup.verdict() == ProbeLoop.Verdict.FAILURE) {
            return "startup";
        }
        return liveness != null && liveness.verdict() == ProbeLoop.Verdict.FAILURE ? "liveness" : null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        loops.forEach(ProbeLoop::close);
    }
}
