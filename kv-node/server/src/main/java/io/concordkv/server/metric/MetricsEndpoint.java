package io.concordkv.server.metric;

import io.concordkv.server.NodeProcess;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Adds the node's metrics to what `/q/metrics` shows.
@ApplicationScoped
public class MetricsEndpoint {
    void register(@Observes StartupEvent event, PrometheusMeterRegistry registry, NodeProcess process) {
        registry.getPrometheusRegistry().register(new NodeMetrics(process::host));
    }
}
