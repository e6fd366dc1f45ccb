package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.isDeleting;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Claims of a StatefulSet's pods: made before the pod, kept after it, unless
/// `persistentVolumeClaimRetentionPolicy` says that they go with the set or with scaled-down pods.
/// Going is left to the garbage collector: the policy only decides who owns a claim.
final class StatefulSetClaims {
    private final KubernetesClient client;
    private final StatefulSet set;

    StatefulSetClaims(KubernetesClient client, StatefulSet set) {
        this.client = client;
        this.set = set;
    }

    /// @return false while a claim of that name is being deleted: the pod has to wait for a new one
    boolean ensure(int ordinal) {
        for (var template : set.getSpec().getVolumeClaimTemplates()) {
            var name = StatefulSetPods.claimName(set, template, ordinal);
            var claim = claim(name);
            if (claim == null) {
                client.resource(newClaim(template, name)).create();
            } else if (isDeleting(claim)) {
                return false;
            }
        }
        return true;
    }

    /// Owners as the policy wants them; writes nothing when they are so already.
    void ownByPolicy(int ordinal, boolean wanted, @Nullable Pod pod) {
        for (var template : set.getSpec().getVolumeClaimTemplates()) {
            var claim = claim(StatefulSetPods.claimName(set, template, ordinal));
            if (claim == null || isDeleting(claim)) {
                continue;
            }
            var owners = new ArrayList<OwnerReference>(claim.getMetadata().getOwnerReferences());
            owners.removeIf(owner -> isSet(owner) || isPodOfSet(owner));
            if (policy("whenDeleted")) {
                owners.add(reference(set, "apps/v1", "StatefulSet"));
            }
            if (policy("whenScaled") && !wanted && pod != null) {
                owners.add(reference(pod, "v1", "Pod"));
            }
            if (!owners.equals(claim.getMetadata().getOwnerReferences())) {
                client.resource(new PersistentVolumeClaimBuilder(claim)
                                .editMetadata()
                                .withOwnerReferences(owners)
                                .endMetadata()
                                .build())
                        .update();
            }
        }
    }

    private boolean isSet(OwnerReference owner) {
        return owner.getKind().equals("StatefulSet")
                && owner.getName().equals(set.getMetadata().getName());
    }

    private boolean isPodOfSet(OwnerReference owner) {
        return owner.getKind().equals("Pod")
                && StatefulSetPods.ordinalOf(set, owner.getName()).isPresent();
    }

    private boolean policy(String when) {
        var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
        if (policy == null) {
            return false;
        }
        return "Delete".equals(when.equals("whenDeleted") ? policy.getWhenDeleted() : policy.getWhenScaled());
    }

    private static OwnerReference reference(HasMetadata owner, String apiVersion, String kind) {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .build();
    }

    private PersistentVolumeClaim newClaim(PersistentVolumeClaim template, String name) {
        Map<String, String> labels = new LinkedHashMap<>(
                Objects.requireNonNullElse(template.getMetadata().getLabels(), Map.<String, String>of()));
        labels.putAll(
                Objects.requireNonNullElse(set.getSpec().getSelector().getMatchLabels(), Map.<String, String>of()));
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(set.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(template.getMetadata().getAnnotations())
                .withOwnerReferences(
                        policy("whenDeleted") ? List.of(reference(set, "apps/v1", "StatefulSet")) : List.of())
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private @Nullable PersistentVolumeClaim claim(String name) {
        return client.persistentVolumeClaims()
                .inNamespace(set.getMetadata().getNamespace())
                .withName(name)
                .get();
    }
}
