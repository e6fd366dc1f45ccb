package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.custom.DefinedTypes;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.type.ResourceType;
import io.concordkv.local.type.TypeRegistry;

/// Keeps the served types in step with the stored CustomResourceDefinitions. A definition that is
/// deleted waits for its objects, which are deleted first.
final class Definitions {
    static final GroupResource RESOURCE = new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
    /// Holds a definition while objects of it are left.
    static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

    private final ObjectStore store;
    private final TypeRegistry types;
    private final DefinedTypes reader;

    Definitions(ObjectStore store, TypeRegistry types, DefinedTypes reader) {
        this.store = store;
        this.types = types;
        this.reader = reader;
    }

    static boolean isDefinition(ResourceType type) {
        return !type.custom() && type.stored().equals(RESOURCE);
    }

    /// Serves what an earlier process left in the store.
    void load() {
        store.list(RESOURCE, "").items().forEach(this::serve);
    }

    void stored(Target target, ObjectNode object) {
        if (isDefinition(target.type())) {
            serve(object);
        }
    }

    private void serve(ObjectNode definition) {
        types.define(Meta.name(definition), reader.of(definition));
    }

    /// After an object is gone: stops serving its type, or lets the type's definition go.
    void removed(Target target) {
        if (isDefinition(target.type())) {
            types.undefine(target.name());
        } else if (target.type().custom()) {
            ResourceType type = target.type();
            ObjectKey key = new ObjectKey(RESOURCE, "", type.stored().toString());
            ObjectNode definition = store.get(key);
            if (definition != null
                    && Meta.isDeleting(definition)
                    && store.list(type.stored(), "").items().isEmpty()) {
                store.remove(key);
                types.undefine(Meta.name(definition));
            }
        }
    }

    TypeRegistry types() {
        return types;
    }
}
