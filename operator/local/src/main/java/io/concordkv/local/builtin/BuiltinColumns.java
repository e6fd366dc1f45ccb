package io.concordkv.local.builtin;

import static io.concordkv.local.builtin.Cells.AGE;
import static io.concordkv.local.builtin.Cells.CREATED;
import static io.concordkv.local.builtin.Cells.NAME;
import static io.concordkv.local.builtin.Cells.always;
import static io.concordkv.local.builtin.Cells.at;
import static io.concordkv.local.builtin.Cells.number;
import static io.concordkv.local.builtin.Cells.orNone;
import static io.concordkv.local.builtin.Cells.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Trees;
import io.concordkv.local.type.Column;
import java.util.List;
import java.util.Map;

/// What `kubectl get` shows of built-in types.
final class BuiltinColumns {
    private static final Map<String, String> ACCESS_MODES =
            Map.of("ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX", "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");

    private BuiltinColumns() {}

    static List<Column> of(String kind) {
        return switch (kind) {
            case "Pod" -> PodColumns.COLUMNS;
            case "StatefulSet" ->
                List.of(
                        NAME,
                        always("Ready", BuiltinColumns::replicas),
                        AGE,
                        wide("Containers", set -> containers(set, "name")),
                        wide("Images", set -> containers(set, "image")));
            case "Service" ->
                List.of(
                        NAME,
                        always("Type", at("spec", "type")),
                        always("Cluster-IP", at("spec", "clusterIP")),
                        always("External-IP", service -> "<none>"),
                        always("Port(s)", BuiltinColumns::ports),
                        AGE,
                        wide("Selector", service -> Cells.labels(Trees.at(service, "spec", "selector"))));
            case "Namespace" -> List.of(NAME, always("Status", at("status", "phase")), AGE);
            case "Node" ->
                List.of(
                        NAME,
                        always("Status", BuiltinColumns::nodeStatus),
                        always("Roles", node -> "<none>"),
                        AGE,
                        always("Version", at("status", "nodeInfo", "kubeletVersion")),
                        wide("Internal-IP", BuiltinColumns::internalAddress),
                        wide("OS-Image", at("status", "nodeInfo", "osImage")));
            case "ConfigMap" -> List.of(NAME, number("Data", BuiltinColumns::dataSize), AGE);
            case "Secret" -> List.of(NAME, always("Type", at("type")), number("Data", BuiltinColumns::dataSize), AGE);
            case "ServiceAccount" ->
                List.of(
                        NAME,
                        number("Secrets", account ->
                                (long) account.path("secrets").size()),
                        AGE);
            case "Endpoints" -> List.of(NAME, always("Endpoints", BuiltinColumns::endpoints), AGE);
            case "PersistentVolumeClaim" -> claims();
            case "PersistentVolume" -> volumes();
            case "Event" -> events();
            default -> more(kind);
        };
    }

    private static List<Column> more(String kind) {
        return switch (kind) {
            case "ControllerRevision" ->
                List.of(
                        NAME,
                        always("Controller", BuiltinColumns::owner),
                        number("Revision", revision -> revision.path("revision").asLong()),
                        AGE);
            case "PodDisruptionBudget" ->
                List.of(
                        NAME,
                        always("Min Available", budget -> orNotAvailable(budget, "minAvailable")),
                        always("Max Unavailable", budget -> orNotAvailable(budget, "maxUnavailable")),
                        number(
                                "Allowed Disruptions",
                                budget -> Trees.at(budget, "status", "disruptionsAllowed")
                                        .asLong()),
                        AGE);
            case "Lease" -> List.of(NAME, always("Holder", at("spec", "holderIdentity")), AGE);
            case "EndpointSlice" ->
                List.of(
                        NAME,
                        always("AddressType", at("addressType")),
                        always(
                                "Ports",
                                slice -> orUnset(Cells.list(slice.path("ports"), port -> Trees.text(port, "port")))),
                        always(
                                "Endpoints",
                                slice -> orUnset(Cells.list(
                                        slice.path("endpoints"),
                                        endpoint -> Trees.text(
                                                endpoint.path("addresses").path(0))))),
                        AGE);
            case "NetworkPolicy" ->
                List.of(
                        NAME,
                        always(
                                "Pod-Selector",
                                policy -> Cells.labels(Trees.at(policy, "spec", "podSelector", "matchLabels"))),
                        AGE);
            case "StorageClass" ->
                List.of(
                        NAME,
                        always("Provisioner", at("provisioner")),
                        always("ReclaimPolicy", at("reclaimPolicy")),
                        always("VolumeBindingMode", at("volumeBindingMode")),
                        always(
                                "AllowVolumeExpansion",
                                type -> Boolean.toString(
                                        type.path("allowVolumeExpansion").asBoolean())),
                        AGE);
            case "RoleBinding", "ClusterRoleBinding" ->
                List.of(
                        NAME,
                        always(
                                "Role",
                                binding -> Trees.text(binding, "roleRef", "kind") + "/"
                                        + Trees.text(binding, "roleRef", "name")),
                        AGE);
            case "Role", "ClusterRole", "CustomResourceDefinition" -> List.of(NAME, CREATED);
            default -> List.of(NAME, AGE);
        };
    }

    private static List<Column> claims() {
        return List.of(
                NAME,
                always(
                        "Status",
                        claim -> io.concordkv.local.object.Meta.isDeleting(claim)
                                ? "Terminating"
                                : Trees.text(claim, "status", "phase")),
                always("Volume", claim -> Trees.text(claim, "spec", "volumeName")),
                always("Capacity", claim -> Trees.text(claim, "status", "capacity", "storage")),
                always("Access Modes", claim -> accessModes(Trees.at(claim, "status", "accessModes"))),
                always("StorageClass", claim -> Trees.text(claim, "spec", "storageClassName")),
                always("VolumeAttributesClass", claim -> "<unset>"),
                AGE,
                wide("VolumeMode", at("spec", "volumeMode")));
    }

    private static List<Column> volumes() {
        return List.of(
                NAME,
                always("Capacity", volume -> Trees.text(volume, "spec", "capacity", "storage")),
                always("Access Modes", volume -> accessModes(Trees.at(volume, "spec", "accessModes"))),
                always("Reclaim Policy", at("spec", "persistentVolumeReclaimPolicy")),
                always("Status", at("status", "phase")),
                always(
                        "Claim",
                        volume -> Trees.has(volume, "spec", "claimRef")
                                ? Trees.text(volume, "spec", "claimRef", "namespace") + "/"
                                        + Trees.text(volume, "spec", "claimRef", "name")
                                : ""),
                always("StorageClass", volume -> Trees.text(volume, "spec", "storageClassName")),
                always("VolumeAttributesClass", volume -> "<unset>"),
                always("Reason", volume -> Trees.text(volume, "status", "reason")),
                AGE,
                wide("VolumeMode", at("spec", "volumeMode")));
    }

    private static List<Column> events() {
        return List.of(
                always("Last Seen", event -> Cells.age(lastSeen(event))),
                always("Type", event -> Trees.text(event, "type")),
                always("Reason", event -> Trees.text(event, "reason")),
                always("Object", BuiltinColumns::involved),
                wide("Subobject", event -> Trees.text(event, "involvedObject", "fieldPath")),
                wide(
                        "Source",
                        event -> Trees.has(event, "source", "component")
                                ? Trees.text(event, "source", "component")
                                : Trees.text(event, "reportingComponent")),
                always(
                        "Message",
                        event -> first(Trees.text(event, "message"), Trees.text(event, "note"))
                                .strip()),
                wide(
                        "First Seen",
                        event -> Cells.age(first(
                                Trees.text(event, "firstTimestamp"),
                                first(Trees.text(event, "eventTime"), Trees.text(event, "deprecatedFirstTimestamp"))))),
                wide(
                        "Count",
                        event -> first(Trees.text(event, "series", "count"), first(Trees.text(event, "count"), "1"))),
                wide("Name", event -> Trees.text(event, "metadata", "name")));
    }

    private static String involved(ObjectNode event) {
        JsonNode object = event.has("involvedObject") ? event.path("involvedObject") : event.path("regarding");
        return Trees.text(object, "kind").toLowerCase(java.util.Locale.ROOT) + "/" + Trees.text(object, "name");
    }

    private static String lastSeen(ObjectNode event) {
        String series = Trees.text(event, "series", "lastObservedTime");
        String last = first(Trees.text(event, "lastTimestamp"), Trees.text(event, "deprecatedLastTimestamp"));
        return first(series, first(last, Trees.text(event, "eventTime")));
    }

    private static String first(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    private static String replicas(ObjectNode set) {
        return Trees.at(set, "status", "readyReplicas").asInt() + "/"
                + Trees.at(set, "spec", "replicas").asInt();
    }

    private static String containers(ObjectNode set, String field) {
        return Cells.list(
                Trees.at(set, "spec", "template", "spec", "containers"), container -> Trees.text(container, field));
    }

    private static String ports(ObjectNode service) {
        return orNone(Cells.list(Trees.at(service, "spec", "ports"), port -> {
            String node = Trees.has(port, "nodePort") ? ":" + Trees.text(port, "nodePort") : "";
            return Trees.text(port, "port") + node + "/" + Trees.text(port, "protocol");
        }));
    }

    private static String nodeStatus(ObjectNode node) {
        for (JsonNode condition : Trees.at(node, "status", "conditions")) {
            if (Trees.text(condition, "type").equals("Ready")) {
                String ready = Trees.text(condition, "status").equals("True") ? "Ready" : "NotReady";
                boolean closed = Trees.at(node, "spec", "unschedulable").asBoolean();
                return closed ? ready + ",SchedulingDisabled" : ready;
            }
        }
        return "Unknown";
    }

    private static String internalAddress(ObjectNode node) {
        for (JsonNode address : Trees.at(node, "status", "addresses")) {
            if (Trees.text(address, "type").equals("InternalIP")) {
                return Trees.text(address, "address");
            }
        }
        return "<none>";
    }

    private static long dataSize(ObjectNode object) {
        return object.path("data").size() + object.path("binaryData").size();
    }

    private static String endpoints(ObjectNode endpoints) {
        StringBuilder text = new StringBuilder();
        for (JsonNode subset : endpoints.path("subsets")) {
            for (JsonNode address : subset.path("addresses")) {
                for (JsonNode port : subset.path("ports")) {
                    text.append(text.isEmpty() ? "" : ",")
                            .append(Trees.text(address, "ip"))
                            .append(':')
                            .append(Trees.text(port, "port"));
                }
            }
        }
        return orNone(text.toString());
    }

    private static String owner(ObjectNode object) {
        for (JsonNode owner : Trees.at(object, "metadata", "ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return Trees.text(owner, "kind").toLowerCase(java.util.Locale.ROOT) + ".apps/"
                        + Trees.text(owner, "name");
            }
        }
        return "<none>";
    }

    private static String orNotAvailable(ObjectNode budget, String field) {
        String text = Trees.text(budget, "spec", field);
        return text.isEmpty() ? "N/A" : text;
    }

    private static String orUnset(String text) {
        return text.isEmpty() ? "<unset>" : text;
    }

    private static String accessModes(JsonNode modes) {
        return Cells.list(modes, mode -> ACCESS_MODES.getOrDefault(mode.asText(), mode.asText()));
    }
}
