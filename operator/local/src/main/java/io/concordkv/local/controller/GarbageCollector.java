package io.concordkv.local.controller;

import io.concordkv.local.client.Deletion;
import io.concordkv.local.client.ResourceKind;
import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Deletes objects whose owners are gone. Watches every type that discovery names; a new
/// CustomResourceDefinition makes it look again. Owners that are deleted in the foreground wait for
/// their dependents, those deleted with `orphan` lose them first.
final class GarbageCollector implements Controller {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";
    private static final Duration UNKNOWN_OWNER_AGAIN = Duration.ofSeconds(5);
    private static final String DISCOVERY = "(discovery)";

    private final KubernetesClient client;
    private final OwnerGraph graph = new OwnerGraph();
    private final Map<ResourceKind, AutoCloseableInformer> watched = new LinkedHashMap<>();
    /// Keys are uids, and [#DISCOVERY].
    private final WorkQueue<String> queue = new WorkQueue<>("garbage-collector", this::reconcile);
    private final Watching watching = new Watching();

    private record AutoCloseableInformer(Runnable stop) {}

    GarbageCollector(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void start() {
        watchAll();
        watching.each(client.apiextensions().v1().customResourceDefinitions(), crd -> queue.add(DISCOVERY));
        queue.start();
    }

    private synchronized void watchAll() {
        var kinds = ResourceKind.discover(client);
        for (var kind : kinds) {
            watched.computeIfAbsent(kind, this::watch);
        }
        watched.entrySet().removeIf(entry -> {
            boolean gone = !kinds.contains(entry.getKey());
            if (gone) {
                entry.getValue().stop().run();
            }
            return gone;
        });
    }

    private AutoCloseableInformer watch(ResourceKind kind) {
        var informer = client.genericKubernetesResources(kind.context())
                .inAnyNamespace()
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(GenericKubernetesResource object) {
                        seen(OwnerGraph.Item.of(kind, object));
                    }

                    @Override
                    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource now) {
                        seen(OwnerGraph.Item.of(kind, now));
                    }

                    @Override
                    public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
                        gone(OwnerGraph.Item.of(kind, object));
                    }
                });
        return new AutoCloseableInformer(informer::stop);
    }

    private void seen(OwnerGraph.Item item) {
        graph.put(item);
        if (item.deleting() || !item.owners().isEmpty()) {
            queue.add(item.uid());
        }
    }

    private void gone(OwnerGraph.Item item) {
        graph.remove(item.uid());
        queue.add(item.uid());
        item.owners().forEach(owner -> queue.add(owner.getUid()));
    }

    private Optional<Duration> reconcile(String uid) {
        if (uid.equals(DISCOVERY)) {
            watchAll();
            return Optional.empty();
        }
        var item = graph.get(uid);
        if (item == null) {
            graph.dependents(uid).forEach(dependent -> queue.add(dependent.uid()));
            return Optional.empty();
        }
        if (item.deleting()) {
            finish(item);
        }
        return item.deleting() || item.owners().isEmpty() ? Optional.empty() : judge(item);
    }

    /// Does what the finalizers of a deleted owner ask for, then takes them off.
    private void finish(OwnerGraph.Item owner) {
        var dependents = graph.dependents(owner.uid());
        if (owner.finalizers().contains(ORPHAN)) {
            dependents.forEach(dependent -> disown(dependent, List.of(owner.uid())));
            removeFinalizer(owner, ORPHAN);
        }
        if (owner.finalizers().contains(FOREGROUND)) {
            dependents.stream()
                    .filter(dependent -> !dependent.deleting())
                    .forEach(dependent -> queue.add(dependent.uid()));
            if (dependents.stream().noneMatch(dependent -> dependent.blocks(owner.uid()))) {
                removeFinalizer(owner, FOREGROUND);
            }
        }
    }

    private enum Standing {
        THERE,
        GONE,
        WAITING_FOR_DEPENDENTS,
        UNKNOWN_TYPE
    }

    /// Keeps an object while one of its owners is there; else deletes it.
    private Optional<Duration> judge(OwnerGraph.Item item) {
        var standings = new LinkedHashMap<String, Standing>();
        item.owners().forEach(owner -> standings.put(owner.getUid(), standing(item, owner)));
        if (standings.containsValue(Standing.UNKNOWN_TYPE)) {
            queue.add(DISCOVERY);
            return Optional.of(UNKNOWN_OWNER_AGAIN);
        }
        if (standings.containsValue(Standing.THERE)) {
            var lost = standings.entrySet().stream()
                    .filter(entry -> entry.getValue() != Standing.THERE)
                    .map(Map.Entry::getKey)
                    .toList();
            if (!lost.isEmpty()) {
                disown(item, lost);
            }
            return Optional.empty();
        }
        boolean foreground = standings.containsValue(Standing.WAITING_FOR_DEPENDENTS)
                && !graph.dependents(item.uid()).isEmpty();
        Deletion.delete(client, item.path(), item.uid(), null, foreground ? "Foreground" : "Background");
        return Optional.empty();
    }

    private Standing standing(OwnerGraph.Item item, OwnerReference reference) {
        var owner = graph.get(reference.getUid());
        if (owner == null) {
            return live(item, reference);
        }
        return owner.deleting() && owner.finalizers().contains(FOREGROUND)
                ? Standing.WAITING_FOR_DEPENDENTS
                : Standing.THERE;
    }

    /// Asks the API, since the owner's informer may be behind.
    private Standing live(OwnerGraph.Item item, OwnerReference reference) {
        Optional<ResourceKind> kind = kindOf(reference);
        if (kind.isEmpty()) {
            return Standing.UNKNOWN_TYPE;
        }
        var resources = client.genericKubernetesResources(kind.get().context());
        var owner = kind.get().namespaced()
                ? resources
                        .inNamespace(item.namespace())
                        .withName(reference.getName())
                        .get()
                : resources.withName(reference.getName()).get();
        return owner != null && owner.getMetadata().getUid().equals(reference.getUid())
                ? Standing.THERE
                : Standing.GONE;
    }

    private synchronized Optional<ResourceKind> kindOf(OwnerReference reference) {
        return watched.keySet().stream()
                .filter(kind -> kind.isMeantBy(reference.getApiVersion(), reference.getKind()))
                .findFirst();
    }

    private void disown(OwnerGraph.Item item, List<String> ownerUids) {
        var kept = item.owners().stream()
                .filter(owner -> !ownerUids.contains(owner.getUid()))
                .toList();
        patchMetadata(item, Map.of("ownerReferences", kept));
    }

    private void removeFinalizer(OwnerGraph.Item item, String finalizer) {
        var kept = new ArrayList<>(item.finalizers());
        kept.remove(finalizer);
        patchMetadata(item, Map.of("finalizers", kept));
    }

    private void patchMetadata(OwnerGraph.Item item, Map<String, Object> change) {
        var metadata = new LinkedHashMap<>(change);
        metadata.put("uid", item.uid());
        String patch = client.getKubernetesSerialization().asJson(Map.of("metadata", metadata));
        var resources = client.genericKubernetesResources(item.kind().context());
        var context = PatchContext.of(PatchType.JSON_MERGE);
        if (item.kind().namespaced()) {
            resources.inNamespace(item.namespace()).withName(item.name()).patch(context, patch);
        } else {
            resources.withName(item.name()).patch(context, patch);
        }
    }

    @Override
    public void close() {
        watching.close();
        synchronized (this) {
            watched.values().forEach(informer -> informer.stop().run());
            watched.clear();
        }
        queue.close();
    }
}
