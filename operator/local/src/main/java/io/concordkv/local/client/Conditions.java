package io.concordkv.local.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.Optional;

/// Questions about objects that several controllers ask.
public final class Conditions {
    private Conditions() {}

    public static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals(type))
                        .findFirst();
    }

    public static boolean isReady(Pod pod) {
        return condition(pod, "Ready")
                .map(ready -> ready.getStatus().equals("True"))
                .orElse(false);
    }

    /// Ready for at least `minReadySeconds`.
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        return isReady(pod)
                && (minReadySeconds == 0
                        || !readySince(pod).plusSeconds(minReadySeconds).isAfter(now));
    }

    /// @return when the Ready condition last changed; the epoch when it does not say
    public static Instant readySince(Pod pod) {
        return condition(pod, "Ready")
                .map(PodCondition::getLastTransitionTime)
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
    }

    public static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Pending"
                : pod.getStatus().getPhase();
    }

    public static boolean isFinished(Pod pod) {
        return phase(pod).equals("Failed") || phase(pod).equals("Succeeded");
    }

    public static boolean isDeleting(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    public static Optional<OwnerReference> controllerOf(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    public static boolean isControlledBy(HasMetadata object, String uid) {
        return controllerOf(object).map(owner -> owner.getUid().equals(uid)).orElse(false);
    }
}
