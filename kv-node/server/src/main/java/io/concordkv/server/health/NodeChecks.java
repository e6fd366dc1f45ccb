package io.concordkv.server.health;

import io.concordkv.server.NodeHost;
import io.concordkv.server.NodeProcess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/// The three probes. Liveness is the process alone: a lost quorum must not make anybody restart it.
@ApplicationScoped
public class NodeChecks {
    private final NodeProcess process;

    NodeChecks(NodeProcess process) {
        this.process = process;
    }

    @Produces
    @Liveness
    HealthCheck live() {
        return () -> HealthCheckResponse.up("process");
    }

    @Produces
    @Startup
    HealthCheck started() {
        return () -> HealthCheckResponse.named("volume")
                .status(process.host().isPresent())
                .build();
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> {
            List<String> reasons = process.host().map(NodeChecks::reasons).orElse(List.of("starting"));
            var response = HealthCheckResponse.named("serving").status(reasons.isEmpty());
            if (!reasons.isEmpty()) {
                response.withData("reasons", String.join("; ", reasons));
            }
            return response.build();
        };
    }

    private static List<String> reasons(NodeHost host) {
        try {
            return host.onLoop(host.node()::notReady);
        } catch (CompletionException e) {
            return List.of("the loop does not answer");
        }
    }
}
