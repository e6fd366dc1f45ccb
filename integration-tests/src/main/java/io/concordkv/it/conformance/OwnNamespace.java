package io.concordkv.it.conformance;

import io.concordkv.it.kube.Cluster;
import io.concordkv.tools.console.CommandFailure;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The namespace a suite lives in. Made when it is not there, and then removed with all in it; of one
/// that was there only the clusters of the suite and their volumes are removed. It holds none of others:
/// the suite would delete them, or adopt what a deleted cluster of the same name has left.
public final class OwnNamespace implements AutoCloseable {
    private static final long GONE_WITHIN_SECONDS = 120;
    private static final long POLL_MILLIS = 200;

    private final KubernetesClient client;
    private final String name;
    private final boolean made;

    private OwnNamespace(KubernetesClient client, String name, boolean made) {
        this.client = client;
        this.name = name;
        this.made = made;
    }

    /// @throws CommandFailure when it already holds a cluster or volumes of one, which might be somebody's
    public static OwnNamespace take(KubernetesClient client, String name) {
        boolean made = client.namespaces().withName(name).get() == null;
        if (!made) {
            refuseOthers(client, name);
        } else {
            client.namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        return new OwnNamespace(client, name, made);
    }

    private static void refuseOthers(KubernetesClient client, String name) {
        var clusters = clusters(client, name);
        if (!clusters.isEmpty()) {
            throw taken(
                    name, "ConcordCluster " + clusters.getFirst().getMetadata().getName());
        }
        var claims = claims(client, name).list().getItems();
        if (!claims.isEmpty()) {
            throw taken(
                    name,
                    "volume claim " + claims.getFirst().getMetadata().getName() + " with the data of ConcordCluster "
                            + claims.getFirst().getMetadata().getLabels().get(Cluster.LABEL));
        }
    }

    private static CommandFailure taken(String name, String what) {
        return CommandFailure.refused("namespace " + name + " already holds " + what
                + "; nothing was done. Delete it, or give another --namespace");
    }

    private static FilterWatchListDeletable<PersistentVolumeClaim, PersistentVolumeClaimList, ?> claims(
            KubernetesClient client, String namespace) {
        return client.persistentVolumeClaims().inNamespace(namespace).withLabel(Cluster.LABEL);
    }

    /// None, too, where the operator has not been installed yet.
    private static List<GenericKubernetesResource> clusters(KubernetesClient client, String namespace) {
        try {
            return client.genericKubernetesResources(Cluster.TYPE)
                    .inNamespace(namespace)
                    .list()
                    .getItems();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (!clusters(client, name).isEmpty()) {
            client.genericKubernetesResources(Cluster.TYPE).inNamespace(name).delete();
            await("its clusters", () -> !clusters(client, name).isEmpty());
        }
        claims(client, name).delete();
        await("its volumes", () -> !claims(client, name).list().getItems().isEmpty());
        if (made) {
            client.namespaces().withName(name).delete();
            await("it", () -> client.namespaces().withName(name).get() != null);
        }
    }

    private void await(String what, BooleanSupplier there) throws InterruptedException {
        long began = System.nanoTime();
        while (there.getAsBoolean()) {
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(GONE_WITHIN_SECONDS)) {
                throw CommandFailure.refused("namespace " + name + ": " + what + " is still there "
                        + GONE_WITHIN_SECONDS + " s after deletion");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
