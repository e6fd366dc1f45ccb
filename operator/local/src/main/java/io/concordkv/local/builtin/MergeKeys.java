package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which lists of the built-in types are maps or sets: the keys of server-side apply and of the
/// strategic merge patch. Facts of the Kubernetes API reference; all other lists are atomic.
final class MergeKeys {
    /// Objects that are replaced as a whole.
    static final Set<String> ATOMIC_OBJECTS = Set.of(
            "LabelSelector",
            "NodeSelector",
            "NodeSelectorTerm",
            "ObjectReference",
            "LocalObjectReference",
            "TypedLocalObjectReference",
            "SecretReference",
            "ConfigMapKeySelector",
            "SecretKeySelector",
            "ObjectFieldSelector",
            "ResourceFieldSelector",
            "ScopeSelector",
            "TopologySelectorTerm",
            "RoleRef");

    /// Keys of server-side apply and key of strategic merge (empty: replaced by that patch).
    private record Rule(List<String> applyKeys, String patchKey, String strategy) {}

    private static final Rule BY_NAME = map("name");
    private static final Rule SET = new Rule(List.of(), "", "merge");
    private static final Rule BY_TYPE = map("type");

    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("ObjectMeta.ownerReferences", map("uid")),
            Map.entry("ObjectMeta.finalizers", SET),
            Map.entry("PodSpec.containers", BY_NAME),
            Map.entry("PodSpec.initContainers", BY_NAME),
            Map.entry("PodSpec.ephemeralContainers", BY_NAME),
            Map.entry("PodSpec.imagePullSecrets", BY_NAME),
            Map.entry("PodSpec.volumes", new Rule(List.of("name"), "name", "merge,retainKeys")),
            Map.entry("PodSpec.hostAliases", map("ip")),
            Map.entry("PodSpec.schedulingGates", BY_NAME),
            Map.entry("PodSpec.resourceClaims", new Rule(List.of("name"), "name", "merge,retainKeys")),
            Map.entry(
                    "PodSpec.topologySpreadConstraints",
                    new Rule(List.of("topologyKey", "whenUnsatisfiable"), "topologyKey", "merge")),
            Map.entry("Container.ports", new Rule(List.of("containerPort", "protocol"), "containerPort", "merge")),
            Map.entry("Container.env", BY_NAME),
            Map.entry("Container.volumeMounts", map("mountPath")),
            Map.entry("Container.volumeDevices", map("devicePath")),
            Map.entry("ResourceRequirements.claims", new Rule(List.of("name"), "", "")),
            Map.entry("PodStatus.conditions", BY_TYPE),
            Map.entry("PodStatus.podIPs", map("ip")),
            Map.entry("PodStatus.hostIPs", new Rule(List.of(), "ip", "merge")),
            Map.entry("ServiceSpec.ports", new Rule(List.of("port", "protocol"), "port", "merge")),
            Map.entry("ServiceStatus.conditions", BY_TYPE),
            Map.entry("ServiceAccount.secrets", BY_NAME),
            Map.entry("NodeSpec.podCIDRs", SET),
            Map.entry("NodeStatus.conditions", BY_TYPE),
            Map.entry("NodeStatus.addresses", BY_TYPE),
            Map.entry("NamespaceStatus.conditions", BY_TYPE),
            Map.entry("PersistentVolumeClaimStatus.conditions", BY_TYPE),
            Map.entry("StatefulSetStatus.conditions", BY_TYPE),
            Map.entry("PodDisruptionBudgetStatus.conditions", BY_TYPE),
            Map.entry("EndpointSlice.ports", new Rule(List.of(), "", "")),
            Map.entry("CustomResourceDefinitionStatus.conditions", map("type")));

    private static final Set<String> PORTS = Set.of("ContainerPort", "ServicePort");

    private MergeKeys() {}

    private static Rule map(String key) {
        return new Rule(List.of(key), key, "merge");
    }

    static void annotate(String owner, String field, ObjectNode schema) {
        if (field.equals("protocol") && PORTS.contains(owner)) {
            schema.put("default", "TCP"); // part of a list key, so it counts even when left out
        }
        Rule rule = RULES.get(owner + "." + field);
        if (rule == null || !schema.path("type").asText().equals("array")) {
            return;
        }
        if (!rule.applyKeys().isEmpty()) {
            schema.put("x-kubernetes-list-type", "map");
            ArrayNode keys = schema.putArray("x-kubernetes-list-map-keys");
            rule.applyKeys().forEach(keys::add);
        } else if (rule.equals(SET)) {
            schema.put("x-kubernetes-list-type", "set");
        }
        if (!rule.strategy().isEmpty()) {
            schema.put("x-kubernetes-patch-strategy", rule.strategy());
        }
        if (!rule.patchKey().isEmpty()) {
            schema.put("x-kubernetes-patch-merge-key", rule.patchKey());
        }
    }
}
