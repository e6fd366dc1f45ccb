package io.concordkv.operator;

import io.concordkv.operator.act.Executor;
import io.concordkv.operator.act.ObjectWriter;
import io.concordkv.operator.admin.AdminClient;
import io.concordkv.operator.lead.Leadership;
import io.concordkv.operator.metric.OperatorMetrics;
import io.concordkv.operator.observe.Causes;
import io.concordkv.operator.observe.Expectations;
import io.concordkv.operator.observe.Observer;
import io.concordkv.operator.status.EventWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;

/// Puts the parts together: one of each for the whole process.
@Singleton
class Wiring {
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
    Observer observer(KubernetesClient client, AdminClient admin, Expectations expectations) {
        Clock clock = Clock.systemUTC();
        return new Observer(admin, expectations, new Causes(client, clock), clock);
    }

    @Produces
    @Singleton
    Executor executor(
            KubernetesClient client,
            AdminClient admin,
            Expectations expectations,
            OperatorMetrics metrics,
            Leadership leadership) {
        return new Executor(
                new ObjectWriter(client, metrics), admin, expectations, metrics, new SecureRandom(), leadership);
    }

    @Produces
    @Singleton
    EventWriter events(KubernetesClient client, OperatorMetrics metrics, Leadership leadership) {
        return new EventWriter(client, metrics, Clock.systemUTC(), leadership);
    }
}
