package io.concordkv.operator;

import io.concordkv.operator.act.Executor;
import io.concordkv.operator.act.ObjectWriter;
import io.concordkv.operator.admin.AdminClient;
import io.concordkv.operator.metric.OperatorMetrics;
import io.concordkv.operator.observe.Expectations;
import io.concordkv.operator.observe.Observer;
import io.concordkv.operator.status.EventWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// Puts the parts together: one of each for the whole process.
@Singleton
class Wiring {
    private static final String LEASE_NAME = "concord-operator";

    /// Null means: this process is the only one and needs no lease. Several replicas share one by
    /// `concord.operator.lease=true`; who loses it ends its process.
    @Produces
    @Dependent
    @Nullable
    LeaderElectionConfiguration lease(
            @ConfigProperty(name = "concord.operator.lease", defaultValue = "false") boolean shared) {
        return shared
                ? LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE_NAME)
                        .build()
                : null;
    }

    @Produces
    @Singleton
    AdminClient adminClient() {
        return new AdminClient();
    }

    void close(@Disposes AdminClient client) {
        client.close();
    }

    @Produces
    @Singleton
    Expectations expectations() {
        return new Expectations();
    }

    @Produces
    @Singleton
    OperatorMetrics metrics(MeterRegistry registry) {
        return new OperatorMetrics(registry);
    }

    @Produces
    @Singleton
    Observer observer(AdminClient admin, Expectations expectations) {
        return new Observer(admin, expectations, Clock.systemUTC());
    }

    @Produces
    @Singleton
    Executor executor(KubernetesClient client, AdminClient admin, Expectations expectations, OperatorMetrics metrics) {
        return new Executor(new ObjectWriter(client, metrics), admin, expectations, metrics, new SecureRandom());
    }

    @Produces
    @Singleton
    EventWriter events(KubernetesClient client, OperatorMetrics metrics) {
        return new EventWriter(client, metrics, Clock.systemUTC());
    }
}
