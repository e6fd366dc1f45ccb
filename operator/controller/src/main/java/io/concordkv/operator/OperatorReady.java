package io.concordkv.operator;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// A replica that waits for the Lease is ready: it does what it is there for.
@Singleton
@Readiness
class OperatorReady implements HealthCheck {
    private final OperatorLife life;

    OperatorReady(OperatorLife life) {
        this.life = life;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("operator")
                .status(life.runs() || life.waits())
                .withData("role", life.waits() ? "waits for the lease" : "acts")
                .build();
    }
}
