package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/// What every cluster has from its first second: its namespaces.
final class InitialObjects {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final ObjectStore store;
    private final Clock clock;

    InitialObjects(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    void create() {
        for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            ObjectKey key = new ObjectKey(NAMESPACES, "", name);
            if (store.get(key) == null) {
                ObjectNode namespace = Trees.object().put("apiVersion", "v1").put("kind", "Namespace");
                namespace
                        .putObject("metadata")
                        .put("name", name)
                        .put("uid", UUID.randomUUID().toString())
                        .put("creationTimestamp", Meta.time(clock.instant()))
                        .putObject("labels")
                        .put("kubernetes.io/metadata.name", name);
                namespace.putObject("spec").putArray("finalizers").add("kubernetes");
                namespace.putObject("status").put("phase", "Active");
                store.put(key, namespace);
            }
        }
    }
}
