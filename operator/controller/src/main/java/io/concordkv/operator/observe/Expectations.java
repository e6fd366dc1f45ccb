package io.concordkv.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What the caches must show before anything disruptive is decided again: every object this
/// operator wrote, at least as new, and no object it deleted. A cache that lags is how two nodes
/// are stopped at once. Thread-safe; lost on restart, when the caches are read anew.
public final class Expectations {
    private sealed interface Expected {
        record AtLeast(String uid, String resourceVersion) implements Expected {}

        record Gone(String uid) implements Expected {}
    }

    private final Map<String, Map<ObjectKey, Expected>> byCluster = new ConcurrentHashMap<>();

    /// @param cluster uid of the cluster resource
    public void written(String cluster, HasMetadata object) {
        of(cluster)
                .put(
                        ObjectKey.of(object),
                        new Expected.AtLeast(
                                object.getMetadata().getUid(),
                                object.getMetadata().getResourceVersion()));
    }

    public void deleted(String cluster, ObjectKey key, String uid) {
        of(cluster).put(key, new Expected.Gone(uid));
    }

    /// The deletion was refused, or nobody knows what became of it: the same object may be deleted again.
    public void notDeleted(String cluster, ObjectKey key) {
        of(cluster).remove(key);
    }

    public void forget(String cluster) {
        byCluster.remove(cluster);
    }

    /// Whether the caches have caught up; what they have shown is forgotten.
    public boolean isSettled(String cluster, LiveObjects live) {
        Map<ObjectKey, Expected> open = of(cluster);
        open.entrySet().removeIf(e -> isShown(e.getValue(), live.find(e.getKey())));
        return open.isEmpty();
    }

    private static boolean isShown(Expected expected, Optional<HasMetadata> live) {
        return switch (expected) {
            case Expected.Gone(var uid) ->
                live.filter(o -> o.getMetadata().getUid().equals(uid)).isEmpty();
            case Expected.AtLeast(var uid, var version) ->
                live.filter(o -> !o.getMetadata().getUid().equals(uid)
                                || isAtLeast(o.getMetadata().getResourceVersion(), version))
                        .isPresent();
        };
    }

    /// Resource versions of one type are ordered numbers since Kubernetes 1.35 says so; others only
    /// compare as equal.
    private static boolean isAtLeast(String live, String written) {
        try {
            return Long.parseUnsignedLong(live) >= Long.parseUnsignedLong(written);
        } catch (NumberFormatException e) {
            return live.equals(written);
        }
    }

    private Map<ObjectKey, Expected> of(String cluster) {
        return byCluster.computeIfAbsent(cluster, _ -> new ConcurrentHashMap<>());
    }
}
