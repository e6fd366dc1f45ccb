package io.concordkv.operator;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// A replica that waits for the Lease is ready: it does what it is there for. One that cannot read or
/// write the Lease is not, and stays alive: there is nothing that another start would mend.
@Singleton
@Readiness
class OperatorReady implements HealthCheck {
    private final OperatorLife life;

    OperatorReady(OperatorLife life) {
        this.life = life;
    }

    @Override
    public HealthCheckResponse call() {
        boolean cutOff = life.isCutOff();
        String role = life.waits() ? "waits for the lease" : "acts";
        return HealthCheckResponse.named("operator")
                .status(!cutOff && (life.runs() || life.waits()))
                .withData("role", cutOff ? "cannot read or write the lease" : role)
                .build();
    }
}
