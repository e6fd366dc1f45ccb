package io.concordkv.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What the caches show of one cluster: owned objects, pods and claims.
public final class LiveObjects {
    private final Map<ObjectKey, HasMetadata> objects = new LinkedHashMap<>();

    public LiveObjects(Collection<? extends HasMetadata> objects) {
        objects.forEach(o -> this.objects.put(ObjectKey.of(o), o));
    }

    public Optional<HasMetadata> find(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    public <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
        return find(new ObjectKey(HasMetadata.getKind(type), name)).map(type::cast);
    }

    public <T extends HasMetadata> Stream<T> all(Class<T> type) {
        return objects.values().stream().filter(type::isInstance).map(type::cast);
    }
}
