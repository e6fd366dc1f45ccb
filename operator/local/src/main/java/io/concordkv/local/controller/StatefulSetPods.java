package io.concordkv.local.controller;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/// Names and shape of the pods of a StatefulSet: `<set>-<ordinal>`, its labels, its claims.
final class StatefulSetPods {
    static final String REVISION_LABEL = "controller-revision-hash";
    static final String POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name";
    static final String POD_INDEX_LABEL = "apps.kubernetes.io/pod-index";

    private StatefulSetPods() {}

    static int replicas(StatefulSet set) {
        return Objects.requireNonNullElse(set.getSpec().getReplicas(), 1);
    }

    static int firstOrdinal(StatefulSet set) {
        var ordinals = set.getSpec().getOrdinals();
        return ordinals == null || ordinals.getStart() == null ? 0 : ordinals.getStart();
    }

    static String podName(StatefulSet set, int ordinal) {
        return set.getMetadata().getName() + "-" + ordinal;
    }

    static String claimName(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        return template.getMetadata().getName() + "-" + podName(set, ordinal);
    }

    /// @return empty when the name is not one that this set gives
    static OptionalInt ordinalOf(StatefulSet set, String podName) {
        String prefix = set.getMetadata().getName() + "-";
        if (!podName.startsWith(prefix) || !podName.substring(prefix.length()).matches("0|[1-9]\\d{0,8}")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(podName.substring(prefix.length())));
    }

    static String revisionOf(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of())
                .getOrDefault(REVISION_LABEL, "");
    }

    static Pod newPod(StatefulSet set, PodTemplateSpec template, String revision, int ordinal) {
        String name = podName(set, ordinal);
        var labels = new LinkedHashMap<String, String>();
        var annotations = new LinkedHashMap<String, String>();
        if (template.getMetadata() != null) {
            labels.putAll(Objects.requireNonNullElse(template.getMetadata().getLabels(), Map.of()));
            annotations.putAll(Objects.requireNonNullElse(template.getMetadata().getAnnotations(), Map.of()));
        }
        labels.put(REVISION_LABEL, revision);
        labels.put(POD_NAME_LABEL, name);
        labels.put(POD_INDEX_LABEL, Integer.toString(ordinal));
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withGenerateName(set.getMetadata().getName() + "-")
                .withNamespace(set.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .addNewOwnerReference()
                .withApiVersion("apps/v1")
                .withKind("StatefulSet")
                .withName(set.getMetadata().getName())
                .withUid(set.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpecLike(template.getSpec())
                .withHostname(name)
                .withSubdomain(set.getSpec().getServiceName())
                .withVolumes(volumes(set, template, ordinal))
                .endSpec()
                .build();
    }

    /// Claims of the set win over volumes of the template that have the same name.
    private static List<Volume> volumes(StatefulSet set, PodTemplateSpec template, int ordinal) {
        var volumes = new ArrayList<Volume>();
        var claimed = new ArrayList<String>();
        for (var claim : set.getSpec().getVolumeClaimTemplates()) {
            claimed.add(claim.getMetadata().getName());
            volumes.add(new VolumeBuilder()
                    .withName(claim.getMetadata().getName())
                    .withNewPersistentVolumeClaim()
                    .withClaimName(claimName(set, claim, ordinal))
                    .endPersistentVolumeClaim()
                    .build());
        }
        template.getSpec().getVolumes().stream()
                .filter(volume -> !claimed.contains(volume.getName()))
                .forEach(volumes::add);
        return volumes;
    }
}
