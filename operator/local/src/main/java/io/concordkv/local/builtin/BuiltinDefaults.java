package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.ResourceType;

/// Values the server fills in on every write of a built-in type. Clients rely on them: server-side
/// apply finds a port by its protocol, operators compare what they sent with what is stored.
public final class BuiltinDefaults {
    private BuiltinDefaults() {}

    public static void apply(ResourceType type, ObjectNode object) {
        if (type.custom()) {
            return;
        }
        switch (type.kind()) {
            case "Pod" -> pod(object);
            case "StatefulSet" -> statefulSet(Trees.ensureObject(object, "spec"));
            case "Service" -> service(Trees.ensureObject(object, "spec"));
            case "PersistentVolumeClaim" -> claim(object);
            case "PersistentVolume" -> volume(object);
            case "Secret" -> Trees.setDefault(object, "type", "Opaque");
            case "StorageClass" -> {
                Trees.setDefault(object, "reclaimPolicy", "Delete");
                Trees.setDefault(object, "volumeBindingMode", "Immediate");
            }
            case "Endpoints" -> object.path("subsets").forEach(subset -> ports(subset.path("ports")));
            case "EndpointSlice" -> slicePorts(object.path("ports"));
            case "Namespace" -> namespace(object);
            case "CustomResourceDefinition" -> definition(Trees.ensureObject(object, "spec"));
            case "RoleBinding", "ClusterRoleBinding" -> binding(object);
            case "NetworkPolicy" -> networkPolicy(Trees.ensureObject(object, "spec"));
            default -> {
                // no values to fill in
            }
        }
    }

    private static void pod(ObjectNode pod) {
        ObjectNode spec = Trees.ensureObject(pod, "spec");
        Trees.setDefault(spec, "serviceAccountName", "default");
        Trees.setDefault(spec, "enableServiceLinks", true);
        Trees.setDefault(spec, "preemptionPolicy", "PreemptLowerPriority");
        Trees.setDefault(spec, "priority", 0);
        PodDefaults.apply(spec);
        Trees.setDefault(Trees.ensureObject(pod, "status"), "phase", "Pending");
        Trees.setDefault(Trees.ensureObject(pod, "status"), "qosClass", qosClass(spec));
    }

    private static String qosClass(ObjectNode spec) {
        boolean any = false;
        boolean all = true;
        for (JsonNode container : spec.path("containers")) {
            JsonNode requests = Trees.at(container, "resources", "requests");
            JsonNode limits = Trees.at(container, "resources", "limits");
            any |= !requests.isEmpty() || !limits.isEmpty();
            all &= limits.has("cpu") && limits.has("memory") && limits.equals(requests);
        }
        if (!any) {
            return "BestEffort";
        }
        return all ? "Guaranteed" : "Burstable";
    }

    private static void statefulSet(ObjectNode spec) {
        Trees.setDefault(spec, "replicas", 1);
        Trees.setDefault(spec, "podManagementPolicy", "OrderedReady");
        Trees.setDefault(spec, "revisionHistoryLimit", 10);
        ObjectNode strategy = Trees.ensureObject(spec, "updateStrategy");
        Trees.setDefault(strategy, "type", "RollingUpdate");
        if (Trees.text(strategy, "type").equals("RollingUpdate")) {
            Trees.setDefault(Trees.ensureObject(strategy, "rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = Trees.ensureObject(spec, "persistentVolumeClaimRetentionPolicy");
        Trees.setDefault(retention, "whenDeleted", "Retain");
        Trees.setDefault(retention, "whenScaled", "Retain");
        PodDefaults.apply(Trees.ensureObject(spec, "template", "spec"));
        for (JsonNode claim : spec.path("volumeClaimTemplates")) {
            if (claim instanceof ObjectNode template) {
                Trees.setDefault(template, "apiVersion", "v1");
                Trees.setDefault(template, "kind", "PersistentVolumeClaim");
                claim(template);
            }
        }
    }

    private static void service(ObjectNode spec) {
        Trees.setDefault(spec, "type", "ClusterIP");
        Trees.setDefault(spec, "sessionAffinity", "None");
        if (!Trees.text(spec, "type").equals("ExternalName")) {
            Trees.setDefault(spec, "internalTrafficPolicy", "Cluster");
            Trees.setDefault(spec, "ipFamilyPolicy", "SingleStack");
            Trees.setDefault(spec, "ipFamilies", Trees.array().add("IPv4"));
        }
        ports(spec.path("ports"));
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode object && !Trees.has(object, "targetPort")) {
                object.set("targetPort", object.path("port"));
            }
        }
    }

    private static void ports(JsonNode ports) {
        for (JsonNode port : ports) {
            if (port instanceof ObjectNode object) {
                Trees.setDefault(object, "protocol", "TCP");
            }
        }
    }

    private static void slicePorts(JsonNode ports) {
        ports(ports);
        for (JsonNode port : ports) {
            if (port instanceof ObjectNode object) {
                Trees.setDefault(object, "name", "");
            }
        }
    }

    private static void claim(ObjectNode claim) {
        Trees.setDefault(Trees.ensureObject(claim, "spec"), "volumeMode", "Filesystem");
        Trees.setDefault(Trees.ensureObject(claim, "status"), "phase", "Pending");
    }

    private static void volume(ObjectNode volume) {
        ObjectNode spec = Trees.ensureObject(volume, "spec");
        Trees.setDefault(spec, "persistentVolumeReclaimPolicy", "Retain");
        Trees.setDefault(spec, "volumeMode", "Filesystem");
        if (spec.get("hostPath") instanceof ObjectNode hostPath) {
            Trees.setDefault(hostPath, "type", "");
        }
        Trees.setDefault(Trees.ensureObject(volume, "status"), "phase", "Pending");
    }

    private static void namespace(ObjectNode namespace) {
        Trees.setDefault(
                Trees.ensureObject(namespace, "metadata", "labels"),
                "kubernetes.io/metadata.name",
                Trees.text(namespace, "metadata", "name"));
        Trees.setDefault(Trees.ensureObject(namespace, "status"), "phase", "Active");
    }

    private static void definition(ObjectNode spec) {
        ObjectNode names = Trees.ensureObject(spec, "names");
        Trees.setDefault(names, "singular", Trees.text(names, "kind").toLowerCase(java.util.Locale.ROOT));
        Trees.setDefault(names, "listKind", Trees.text(names, "kind") + "List");
        Trees.setDefault(Trees.ensureObject(spec, "conversion"), "strategy", "None");
    }

    private static void binding(ObjectNode binding) {
        if (binding.get("roleRef") instanceof ObjectNode role) {
            Trees.setDefault(role, "apiGroup", "rbac.authorization.k8s.io");
        }
        for (JsonNode subject : binding.path("subjects")) {
            if (subject instanceof ObjectNode object
                    && !Trees.text(object, "kind").equals("ServiceAccount")) {
                Trees.setDefault(object, "apiGroup", "rbac.authorization.k8s.io");
            }
        }
    }

    private static void networkPolicy(ObjectNode spec) {
        if (!Trees.has(spec, "policyTypes")) {
            spec.putArray("policyTypes").add("Ingress");
            if (Trees.has(spec, "egress")) {
                Trees.ensureArray(spec, "policyTypes").add("Egress");
            }
        }
    }
}
