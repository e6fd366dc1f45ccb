package io.concordkv.local.controller;

import io.concordkv.local.client.ResourceKind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who owns whom, by uid, as the informers last said. Any thread.
final class OwnerGraph {

    /// One object as the garbage collector sees it.
    record Item(
            ResourceKind kind,
            String namespace,
            String name,
            String uid,
            List<OwnerReference> owners,
            List<String> finalizers,
            boolean deleting) {

        static Item of(ResourceKind kind, GenericKubernetesResource object) {
            var metadata = object.getMetadata();
            return new Item(
                    kind,
                    Objects.requireNonNullElse(metadata.getNamespace(), ""),
                    metadata.getName(),
                    metadata.getUid(),
                    List.copyOf(metadata.getOwnerReferences()),
                    List.copyOf(metadata.getFinalizers()),
                    metadata.getDeletionTimestamp() != null);
        }

        String path() {
            return kind.path(namespace, name);
        }

        boolean isOwnedBy(String ownerUid) {
            return owners.stream().anyMatch(owner -> owner.getUid().equals(ownerUid));
        }

        /// Whether a foreground deletion of that owner waits for this object.
        boolean blocks(String ownerUid) {
            return owners.stream()
                    .anyMatch(owner ->
                            owner.getUid().equals(ownerUid) && Boolean.TRUE.equals(owner.getBlockOwnerDeletion()));
        }
    }

    private final Map<String, Item> items = new ConcurrentHashMap<>();

    void put(Item item) {
        items.put(item.uid(), item);
    }

    void remove(String uid) {
        items.remove(uid);
    }

    @Nullable
    Item get(String uid) {
        return items.get(uid);
    }

    List<Item> dependents(String ownerUid) {
        return items.values().stream().filter(item -> item.isOwnedBy(ownerUid)).toList();
    }
}
