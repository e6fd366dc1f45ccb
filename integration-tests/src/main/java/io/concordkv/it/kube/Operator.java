package io.concordkv.it.kube;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/// The installed operator: its pods, and which of them leads.
public final class Operator {
    public static final String NAMESPACE = "concordkv";
    public static final String NAME = "concord-operator";

    private final KubernetesClient client;

    public Operator(KubernetesClient client) {
        this.client = client;
    }

    /// Those that are not about to stop.
    public List<Pod> pods() {
        return client.pods().inNamespace(NAMESPACE).withLabel("app.kubernetes.io/name", NAME).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /// Empty when as many pods as declared are ready.
    public Optional<String> notReady() {
        var deployment = client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(NAME)
                .get();
        if (deployment == null) {
            return Optional.of("there is no Deployment " + NAME + " in namespace " + NAMESPACE);
        }
        int wanted = deployment.getSpec().getReplicas();
        long ready = pods().stream().filter(Cluster::isReady).count();
        return ready == wanted ? Optional.empty() : Optional.of(ready + " of " + wanted + " pods are ready");
    }

    /// Name of the pod that holds the Lease; empty while nobody does.
    public String leader() {
        var lease = client.leases().inNamespace(NAMESPACE).withName(NAME).get();
        String holder = lease == null || lease.getSpec() == null
                ? null
                : lease.getSpec().getHolderIdentity();
        return holder == null ? "" : holder;
    }
}
