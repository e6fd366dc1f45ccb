package io.concordkv.local.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.StatusException.Cause;
import io.concordkv.local.object.Trees;
import io.concordkv.local.schema.QuantityValue;
import io.concordkv.local.type.ResourceType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rules of built-in types that an operator can break by mistake: required fields and fields that
/// never change. A real server has many more.
public final class BuiltinRules {
    private static final List<String> STATEFUL_SET_CHANGEABLE = List.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private final ObjectNode object;
    private final @Nullable ObjectNode old;
    private final List<Cause> causes = new ArrayList<>();

    private BuiltinRules(ObjectNode object, @Nullable ObjectNode old) {
        this.object = object;
        this.old = old;
    }

    /// @param old the object before the change, null when it is created
    public static List<Cause> check(ResourceType type, ObjectNode object, @Nullable ObjectNode old) {
        BuiltinRules rules = new BuiltinRules(object, old);
        switch (type.kind()) {
            case "Pod" -> rules.pod();
            case "StatefulSet" -> rules.statefulSet();
            case "Service" -> rules.service();
            case "ConfigMap", "Secret" -> rules.immutableData();
            case "PersistentVolumeClaim" -> rules.claim();
            case "PersistentVolume" -> rules.volume();
            case "PodDisruptionBudget" -> rules.budget();
            case "StorageClass" -> rules.required(object, "provisioner", "provisioner");
            default -> {
                // no rules
            }
        }
        return rules.causes;
    }

    private void pod() {
        podSpec(object.path("spec"), "spec");
        if (old == null) {
            return;
        }
        ObjectNode before = fixedPodSpec(old);
        ObjectNode after = fixedPodSpec(object);
        if (!before.equals(after)) {
            causes.add(Cause.forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                            + " `spec.initContainers[*].image`, `spec.activeDeadlineSeconds`, `spec.tolerations` (only"
                            + " additions to existing tolerations), `spec.terminationGracePeriodSeconds` (allow it to be"
                            + " set to 1 if it was previously negative)"));
        }
    }

    private static ObjectNode fixedPodSpec(ObjectNode pod) {
        ObjectNode spec = pod.path("spec").deepCopy();
        spec.remove(
                List.of("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"));
        for (String list : List.of("containers", "initContainers")) {
            Trees.objects(spec.path(list)).forEach(container -> container.remove("image"));
        }
        return spec;
    }

    private void podSpec(JsonNode spec, String path) {
        if (spec.path("containers").isEmpty()) {
            causes.add(Cause.required(path + ".containers", ""));
        }
        for (int i = 0; i < spec.path("containers").size(); i++) {
            JsonNode container = spec.path("containers").get(i);
            String at = path + ".containers[" + i + "]";
            required(container, "name", at + ".name");
            required(container, "image", at + ".image");
            for (String kind : List.of("requests", "limits")) {
                for (var entry : Trees.at(container, "resources", kind).properties()) {
                    quantity(entry.getValue(), at + ".resources." + kind + "[" + entry.getKey() + "]");
                }
            }
        }
    }

    private void statefulSet() {
        JsonNode spec = object.path("spec");
        JsonNode labels = Trees.at(spec, "template", "metadata", "labels");
        JsonNode selector = Trees.at(spec, "selector", "matchLabels");
        if (!Trees.has(spec, "selector")) {
            causes.add(Cause.required("spec.selector", ""));
        }
        for (var label : selector.properties()) {
            if (!label.getValue().equals(labels.path(label.getKey()))) {
                causes.add(Cause.invalid(
                        "spec.template.metadata.labels",
                        Trees.string(labels.isMissingNode() ? Trees.object() : labels),
                        "`selector` does not match template `labels`"));
                break;
            }
        }
        podSpec(Trees.at(spec, "template", "spec"), "spec.template.spec");
        if (spec.path("replicas").asInt() < 0) {
            causes.add(Cause.invalid(
                    "spec.replicas", spec.path("replicas").asText(), "must be greater than or equal to 0"));
        }
        if (old != null) {
            ObjectNode before = old.path("spec").deepCopy();
            ObjectNode after = spec.deepCopy();
            before.remove(STATEFUL_SET_CHANGEABLE);
            after.remove(STATEFUL_SET_CHANGEABLE);
            if (!before.equals(after)) {
                causes.add(Cause.forbidden(
                        "spec",
                        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                                + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                                + " 'minReadySeconds' are forbidden"));
            }
        }
    }

    private void service() {
        JsonNode spec = object.path("spec");
        boolean headless = Trees.text(spec, "clusterIP").equals("None");
        if (spec.path("ports").isEmpty()
                && !headless
                && !Trees.text(spec, "type").equals("ExternalName")) {
            causes.add(Cause.required("spec.ports", ""));
        }
        for (int i = 0; i < spec.path("ports").size(); i++) {
            int port = spec.path("ports").get(i).path("port").asInt();
            if (port < 1 || port > 65_535) {
                causes.add(Cause.invalid(
                        "spec.ports[" + i + "].port",
                        Integer.toString(port),
                        "must be between 1 and 65535, inclusive"));
            }
            if (spec.path("ports").size() > 1) {
                required(spec.path("ports").get(i), "name", "spec.ports[" + i + "].name");
            }
        }
        String before = old == null ? "" : Trees.text(old, "spec", "clusterIP");
        if (!before.isEmpty() && !before.equals(Trees.text(spec, "clusterIP"))) {
            String now = Trees.text(spec, "clusterIP");
            causes.add(Cause.invalid("spec.clusterIPs[0]", "\"" + now + "\"", "may not change once set"));
        }
    }

    private void immutableData() {
        if (old == null) {
            return;
        }
        if (old.path("immutable").asBoolean()) {
            for (String field : List.of("data", "binaryData")) {
                if (!old.path(field).equals(object.path(field))) {
                    causes.add(Cause.forbidden(field, "field is immutable when `immutable` is set"));
                }
            }
            if (!object.path("immutable").asBoolean()) {
                causes.add(Cause.forbidden("immutable", "field is immutable when `immutable` is set"));
            }
        }
        if (old.has("type") && !old.path("type").equals(object.path("type"))) {
            causes.add(Cause.invalid("type", object.path("type").toString(), "field is immutable"));
        }
    }

    private void claim() {
        JsonNode spec = object.path("spec");
        if (spec.path("accessModes").isEmpty()) {
            causes.add(Cause.required("spec.accessModes", "at least 1 access mode is required"));
        }
        JsonNode storage = Trees.at(spec, "resources", "requests", "storage");
        if (storage.isMissingNode()) {
            causes.add(Cause.required("spec.resources[storage]", ""));
        } else {
            quantity(storage, "spec.resources.requests[storage]");
        }
        if (old == null) {
            return;
        }
        ObjectNode before = fixedClaimSpec(old);
        ObjectNode after = fixedClaimSpec(object);
        if (!Trees.has(old, "spec", "volumeName")) {
            before.remove("volumeName");
            after.remove("volumeName");
        }
        if (!before.equals(after)) {
            causes.add(Cause.forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims"));
        }
    }

    private static ObjectNode fixedClaimSpec(ObjectNode claim) {
        ObjectNode spec = claim.path("spec").deepCopy();
        spec.remove(List.of("resources", "volumeAttributesClassName"));
        return spec;
    }

    private void volume() {
        JsonNode spec = object.path("spec");
        if (!Trees.has(spec, "capacity", "storage")) {
            causes.add(Cause.required("spec.capacity", ""));
        }
        if (spec.path("accessModes").isEmpty()) {
            causes.add(Cause.required("spec.accessModes", ""));
        }
    }

    private void budget() {
        JsonNode spec = object.path("spec");
        if (Trees.has(spec, "minAvailable") && Trees.has(spec, "maxUnavailable")) {
            causes.add(Cause.invalid("spec", Trees.string(spec), "minAvailable and maxUnavailable cannot be both set"));
        }
    }

    private void required(JsonNode node, String field, String path) {
        if (Trees.text(node, field).isEmpty()) {
            causes.add(Cause.required(path, ""));
        }
    }

    private void quantity(JsonNode value, String path) {
        if (QuantityValue.parse(value.asText()).isEmpty()) {
            causes.add(Cause.invalid(
                    path,
                    "\"" + value.asText() + "\"",
                    "quantities must match the regular expression"
                            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"));
        }
    }
}
