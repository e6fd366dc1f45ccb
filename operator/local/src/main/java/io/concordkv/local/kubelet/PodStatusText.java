package io.concordkv.local.kubelet;

import io.concordkv.local.client.Conditions;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Describes a pod as its `status`; pure.
final class PodStatusText {
    private static final Set<String> OWN_CONDITIONS =
            Set.of("PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready");

    /// @param address     null until the pod has one
    /// @param startedAt   when the kubelet took the pod
    /// @param initialized all init containers have succeeded
    record Observed(
            @Nullable String address,
            String hostAddress,
            Instant startedAt,
            boolean initialized,
            String phase,
            List<ContainerStatus> initContainers,
            List<ContainerStatus> containers) {}

    private PodStatusText() {}

    /// Written by others, such as a readiness gate.
    static boolean isForeign(PodCondition condition) {
        return !OWN_CONDITIONS.contains(condition.getType());
    }

    static PodStatus of(Pod pod, Observed observed, Instant now) {
        var status = new PodStatusBuilder()
                .withPhase(observed.phase())
                .withStartTime(
                        observed.startedAt().truncatedTo(ChronoUnit.SECONDS).toString())
                .withHostIP(observed.hostAddress())
                .withHostIPs(new HostIP(observed.hostAddress()))
                .withQosClass("BestEffort")
                .withConditions(conditions(pod, observed, now))
                .withContainerStatuses(observed.containers())
                .withInitContainerStatuses(observed.initContainers());
        if (pod.getStatus() != null && pod.getStatus().getQosClass() != null) {
            status.withQosClass(pod.getStatus().getQosClass());
        }
        if (observed.address() != null) {
            status.withPodIP(observed.address()).withPodIPs(new PodIP(observed.address()));
        }
        return status.build();
    }

    private static List<PodCondition> conditions(Pod pod, Observed observed, Instant now) {
        boolean finished =
                observed.phase().equals("Succeeded") || observed.phase().equals("Failed");
        var unready = observed.containers().stream()
                .filter(container -> !container.getReady())
                .map(ContainerStatus::getName)
                .toList();
        boolean containersReady = unready.isEmpty() && !finished;
        boolean gates = pod.getSpec().getReadinessGates().stream()
                .allMatch(gate -> Conditions.condition(pod, gate.getConditionType())
                        .map(condition -> condition.getStatus().equals("True"))
                        .orElse(false));
        String why = finished ? "PodCompleted" : "ContainersNotReady";
        String message = finished ? null : "containers with unready status: " + unready;
        var conditions = new ArrayList<PodCondition>();
        conditions.add(condition(pod, "PodReadyToStartContainers", observed.address() != null, null, null, now));
        conditions.add(condition(
                pod,
                "Initialized",
                observed.initialized(),
                observed.initialized() ? null : "ContainersNotInitialized",
                null,
                now));
        conditions.add(condition(
                pod,
                "Ready",
                containersReady && gates,
                containersReady ? (gates ? null : "ReadinessGatesNotReady") : why,
                containersReady ? null : message,
                now));
        conditions.add(condition(
                pod,
                "ContainersReady",
                containersReady,
                containersReady ? null : why,
                containersReady ? null : message,
                now));
        conditions.add(condition(pod, "PodScheduled", true, null, null, now));
        if (pod.getStatus() != null) {
            pod.getStatus().getConditions().stream()
                    .filter(PodStatusText::isForeign)
                    .forEach(conditions::add);
        }
        return conditions;
    }

    /// Keeps the time of the last change when the status is as before.
    private static PodCondition condition(
            Pod pod, String type, boolean value, @Nullable String reason, @Nullable String message, Instant now) {
        String status = value ? "True" : "False";
        String since = Conditions.condition(pod, type)
                .filter(before -> before.getStatus().equals(status) && before.getLastTransitionTime() != null)
                .map(PodCondition::getLastTransitionTime)
                .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .build();
    }
}
