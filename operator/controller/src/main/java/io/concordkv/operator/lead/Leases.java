package io.concordkv.operator.lead;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one Lease: read, created and replaced whole, nothing else, so that no other right is needed.
/// Has a client of its own, whose calls are short and never repeated: an old call must not be what
/// keeps a new one waiting.
final class Leases implements AutoCloseable {
    private static final int CALL_MILLIS_MAX = 3_000;

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    Leases(KubernetesClient like, String namespace, String name) {
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(like.getConfiguration())
                        .withConnectionTimeout(CALL_MILLIS_MAX)
                        .withRequestTimeout(CALL_MILLIS_MAX)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        this.namespace = namespace;
        this.name = name;
    }

    Optional<Lease> find() {
        return Optional.ofNullable(
                client.leases().inNamespace(namespace).withName(name).get());
    }

    /// @throws io.fabric8.kubernetes.client.KubernetesClientException 409 when somebody was faster
    void create(String holder) {
        client.resource(lease(null, holder, 0)).create();
    }

    /// @param holder null gives it back
    /// @throws io.fabric8.kubernetes.client.KubernetesClientException 409 when somebody was faster
    void replace(Lease old, @Nullable String holder) {
        boolean same = Objects.equals(old.getSpec().getHolderIdentity(), holder);
        int changes = Objects.requireNonNullElse(old.getSpec().getLeaseTransitions(), 0);
        Lease lease = lease(old, holder, same || holder == null ? changes : changes + 1);
        client.raw("/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/" + name, "PUT", lease);
    }

    private Lease lease(@Nullable Lease old, @Nullable String holder, int changes) {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
        boolean same = old != null && Objects.equals(old.getSpec().getHolderIdentity(), holder);
        return new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withResourceVersion(old == null ? null : old.getMetadata().getResourceVersion())
                .addToLabels("app.kubernetes.io/name", "concord-operator")
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds((int) Election.LASTS.toSeconds())
                .withAcquireTime(same ? Objects.requireNonNull(old).getSpec().getAcquireTime() : now)
                .withRenewTime(now)
                .withLeaseTransitions(changes)
                .endSpec()
                .build();
    }

    static Election.Seen seen(Lease lease) {
        var spec = lease.getSpec();
        int seconds = Objects.requireNonNullElse(spec.getLeaseDurationSeconds(), (int) Election.LASTS.toSeconds());
        return new Election.Seen(
                spec.getHolderIdentity(), lease.getMetadata().getResourceVersion(), Duration.ofSeconds(seconds));
    }

    @Override
    public void close() {
        client.close();
    }
}
