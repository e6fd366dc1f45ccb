package io.concordkv.local.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/// Place of one object among those of its kind.
///
/// @param namespace empty for objects without a namespace
public record ObjectKey(String namespace, String name) {

    public static ObjectKey of(HasMetadata object) {
        return new ObjectKey(
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName());
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
