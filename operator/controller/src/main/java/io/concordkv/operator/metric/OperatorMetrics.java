package io.concordkv.operator.metric;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// The operator's own meters (API §7).
public final class OperatorMetrics {
    private static final String RECONCILE = "concord.operator.reconcile";
    private static final String DECISIONS = "concord.operator.decisions";
    private static final String WRITES = "concord.operator.writes";

    private final MeterRegistry registry;

    public OperatorMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param outcome `converged`, `waiting`, `stalled` or `failed`
    public void reconciled(String outcome, Duration took) {
        Timer.builder(RECONCILE).tag("outcome", outcome).register(registry).record(took);
    }

    /// @param type simple name of the decision
    public void decided(String type) {
        registry.counter(DECISIONS, "type", type).increment();
    }

    /// @param verb `apply`, `delete`, `create` or `status`
    public void wrote(String kind, String verb) {
        registry.counter(WRITES, "kind", kind, "verb", verb).increment();
    }
}
