package io.concordkv.operator;

import io.concordkv.operator.lead.Leadership;
import io.concordkv.operator.lead.LeaseKeeper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// When the controllers run: at once for an operator that is alone, with several replicas
/// (`concord.operator.lease=true`) once this one holds the Lease.
@Singleton
class OperatorLife implements Leadership {
    private static final Logger LOG = Logger.getLogger(OperatorLife.class);
    private static final int FAILED = 1;

    private final Instance<Operator> operator;
    private final @Nullable LeaseKeeper lease;
    private volatile boolean running;
    private volatile boolean ending;

    OperatorLife(
            Instance<Operator> operator,
            KubernetesClient client,
            @ConfigProperty(name = "concord.operator.lease", defaultValue = "false") boolean shared,
            @ConfigProperty(name = "concord.operator.lease-namespace") Optional<String> namespace,
            @ConfigProperty(name = "concord.operator.identity") Optional<String> identity) {
        this.operator = operator;
        this.lease = shared
                ? new LeaseKeeper(
                        client,
                        namespace.orElseGet(client::getNamespace),
                        identity.orElseGet(() -> UUID.randomUUID().toString()),
                        () -> Thread.ofPlatform().name("controllers").start(this::run),
                        () -> Quarkus.asyncExit(FAILED))
                : null;
    }

    void started(@Observes StartupEvent event) {
        if (lease == null) {
            run();
        } else {
            lease.start();
        }
    }

    /// The Lease goes last: until then nobody else begins.
    void stopping(@Observes ShutdownEvent event) {
        ending = true;
        if (lease == null) {
            stop();
            return;
        }
        lease.stopActing();
        try {
            stop();
        } finally {
            lease.close();
        }
    }

    private void stop() {
        if (running) {
            operator.get().stop();
        }
    }

    private void run() {
        try {
            operator.get().start();
            running = true;
        } catch (RuntimeException e) {
            if (!ending) {
                LOG.error("the controllers cannot be started: this operator ends", e);
                Quarkus.asyncExit(FAILED);
            }
        }
    }

    @Override
    public boolean isHeld() {
        return lease == null || lease.isHeld();
    }

    /// Another operator acts, and this one would in its place.
    boolean waits() {
        return lease != null && !lease.isHeld();
    }

    /// It can neither act nor take over.
    boolean isCutOff() {
        return lease != null && lease.isCutOff();
    }

    boolean runs() {
        return running;
    }
}
