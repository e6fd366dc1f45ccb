package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.isDeleting;

import io.concordkv.local.client.Deletion;
import io.concordkv.local.client.ObjectKey;
import io.concordkv.local.client.ResourceKind;
import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Gives each namespace its `default` ServiceAccount, and empties a deleted one before it goes.
final class NamespaceController implements Controller {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final KubernetesClient client;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>("namespace-controller", this::reconcile);
    private final Watching watching = new Watching();

    NamespaceController(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void start() {
        watching.each(client.namespaces(), namespace -> queue.add(ObjectKey.of(namespace)));
        queue.start();
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        var namespace = client.namespaces().withName(key.name()).get();
        if (namespace == null) {
            return Optional.empty();
        }
        if (!isDeleting(namespace)) {
            ensureServiceAccount(key.name());
            return Optional.empty();
        }
        if (empty(key.name())) {
            finish(namespace);
            return Optional.empty();
        }
        return Optional.of(LOOK_AGAIN);
    }

    private void ensureServiceAccount(String namespace) {
        var accounts = client.serviceAccounts().inNamespace(namespace);
        if (accounts.withName("default").get() == null) {
            accounts.resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName("default")
                            .withNamespace(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    /// @return whether nothing is left
    private boolean empty(String namespace) {
        boolean nothing = true;
        for (var kind : ResourceKind.discover(client)) {
            if (!kind.namespaced()) {
                continue;
            }
            List<GenericKubernetesResource> objects = client.genericKubernetesResources(kind.context())
                    .inNamespace(namespace)
                    .list()
                    .getItems();
            nothing &= objects.isEmpty();
            objects.stream()
                    .filter(object -> !isDeleting(object))
                    .forEach(object -> Deletion.delete(
                            client,
                            kind.path(namespace, object.getMetadata().getName()),
                            object.getMetadata().getUid(),
                            null,
                            "Background"));
        }
        return nothing;
    }

    private void finish(Namespace namespace) {
        var finished = new NamespaceBuilder(namespace)
                .editOrNewSpec()
                .withFinalizers(List.of())
                .endSpec()
                .build();
        client.raw("/api/v1/namespaces/" + namespace.getMetadata().getName() + "/finalize", "PUT", finished);
    }

    @Override
    public void close() {
        watching.close();
        queue.close();
    }
}
