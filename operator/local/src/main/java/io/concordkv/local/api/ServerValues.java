package io.concordkv.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import io.concordkv.local.type.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values only the server can choose: addresses of services, the default storage class, the
/// encoded form of a secret.
final class ServerValues {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource STORAGE_CLASSES = new GroupResource("storage.k8s.io", "storageclasses");
    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
    private static final int SERVICE_ADDRESSES = 254;

    private final ObjectStore store;
    private final String servicePrefix;

    /// @param servicePrefix the first three numbers of service addresses, with a dot at the end
    ServerValues(ObjectStore store, String servicePrefix) {
        this.store = store;
        this.servicePrefix = servicePrefix;
    }

    /// @param current the object that is replaced, null when it is created
    void fill(ResourceType type, ObjectNode object, @Nullable ObjectNode current) {
        if (type.custom()) {
            return;
        }
        switch (type.kind()) {
            case "Service" -> service(Trees.ensureObject(object, "spec"), current);
            case "Secret" -> secret(object);
            case "PersistentVolumeClaim" -> claim(object, current);
            case "Namespace" -> {
                if (current == null) {
                    Trees.ensureObject(object, "spec").putArray("finalizers").add("kubernetes");
                }
            }
            default -> {
                // nothing to choose
            }
        }
    }

    private void service(ObjectNode spec, @Nullable ObjectNode current) {
        if (Trees.text(spec, "type").equals("ExternalName")) {
            return;
        }
        JsonNode before = current == null ? Trees.object() : current.path("spec");
        for (String field : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            if (!Trees.has(spec, field) && before.has(field)) {
                spec.set(field, before.get(field).deepCopy());
            }
        }
        if (!Trees.has(spec, "clusterIP")) {
            spec.put("clusterIP", freeAddress());
        }
        spec.set("clusterIPs", Trees.array().add(Trees.text(spec, "clusterIP")));
    }

    private String freeAddress() {
        Set<String> taken = new HashSet<>();
        store.list(SERVICES, "").items().forEach(service -> taken.add(Trees.text(service, "spec", "clusterIP")));
        for (int i = 1; i <= SERVICE_ADDRESSES; i++) {
            String address = servicePrefix + i;
            if (!taken.contains(address)) {
                return address;
            }
        }
        return "None";
    }

    private static void secret(ObjectNode secret) {
        JsonNode texts = secret.remove("stringData");
        if (texts == null) {
            return;
        }
        ObjectNode data = Trees.ensureObject(secret, "data");
        texts.properties()
                .forEach(text -> data.put(
                        text.getKey(),
                        Base64.getEncoder()
                                .encodeToString(text.getValue().asText().getBytes(StandardCharsets.UTF_8))));
    }

    private void claim(ObjectNode claim, @Nullable ObjectNode current) {
        ObjectNode spec = Trees.ensureObject(claim, "spec");
        if (current != null) {
            for (String field : List.of("storageClassName", "volumeName")) {
                if (!Trees.has(spec, field) && Trees.has(current, "spec", field)) {
                    spec.set(field, Trees.at(current, "spec", field));
                }
            }
            return;
        }
        if (spec.has("storageClassName")) {
            return;
        }
        for (ObjectNode type : store.list(STORAGE_CLASSES, "").items()) {
            if (Trees.text(type, "metadata", "annotations", DEFAULT_CLASS).equals("true")) {
                spec.put("storageClassName", Meta.name(type));
                return;
            }
        }
    }
}
