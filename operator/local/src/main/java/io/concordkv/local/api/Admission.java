package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.builtin.BuiltinDefaults;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.type.ResourceType;
import org.jspecify.annotations.Nullable;

/// What happens to an object between the request and the store: unknown fields, defaults, values
/// the server gives out, and the rules it must meet.
final class Admission {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final ObjectStore store;

    Admission(ObjectStore store) {
        this.store = store;
    }

    /// Drops or refuses fields that the type does not have.
    void shape(ResourceType type, ObjectNode object, WriteOptions options) {}

    /// Fills in what was left out.
    ///
    /// @param current the object that is replaced, null when it is created
    void complete(Target target, ObjectNode object, @Nullable ObjectNode current) {
        BuiltinDefaults.apply(target.type(), object);
    }

    /// @throws StatusException 422 naming every field that is refused
    void validate(Target target, ObjectNode object, @Nullable ObjectNode current) {}

    /// Nodes register themselves with their status.
    boolean mayCreateWithStatus(ResourceType type) {
        return type.is("", "nodes");
    }

    /// @throws StatusException 404 or 403 when the namespace cannot take new objects
    void requireNamespace(Target target) {
        if (!target.type().namespaced()) {
            return;
        }
        ObjectNode namespace = store.get(new ObjectKey(NAMESPACES, "", target.namespace()));
        if (namespace == null) {
            throw StatusException.notFound(
                    new StatusException.Subject("", "namespaces", "Namespace", target.namespace()));
        }
        if (Meta.isDeleting(namespace)) {
            throw StatusException.forbidden(
                    target.subject(),
                    "unable to create new content in namespace " + target.namespace()
                            + " because it is being terminated");
        }
    }
}
