package io.concordkv.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;

/// An object within the namespace of its cluster.
public record ObjectKey(String kind, String name) {
    public static ObjectKey of(HasMetadata object) {
        return new ObjectKey(object.getKind(), object.getMetadata().getName());
    }
}
