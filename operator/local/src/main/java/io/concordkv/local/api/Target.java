package io.concordkv.local.api;

import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.StatusException.Subject;
import io.concordkv.local.type.ResourceType;

/// What a request is about.
///
/// @param name        empty for a collection
/// @param subresource empty for the object itself
record Target(ResourceType type, String namespace, String name, String subresource) {
    ObjectKey key() {
        return type.key(namespace, name);
    }

    Subject subject() {
        return type.subject(name);
    }

    Target named(String other) {
        return new Target(type, namespace, other, subresource);
    }

    Target main() {
        return new Target(type, namespace, name, "");
    }
}
