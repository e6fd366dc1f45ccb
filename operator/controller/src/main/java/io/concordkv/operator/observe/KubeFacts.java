package io.concordkv.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Boils Kubernetes objects down to the facts that decisions need.
final class KubeFacts {
    static final String REVISION_LABEL = "controller-revision-hash";
    private static final int MESSAGE_CHARS_MAX = 400;

    /// Exit codes of a process that was done, or that got SIGTERM (128 + 15).
    private static final Set<Integer> END_ON_REQUEST = Set.of(0, 143);

    private KubeFacts() {}

    static SetFacts set(StatefulSet set) {
        var status = set.getStatus();
        String revision = status == null ? null : status.getUpdateRevision();
        boolean current = status != null
                && revision != null
                && status.getObservedGeneration() != null
                && status.getObservedGeneration() >= set.getMetadata().getGeneration();
        return new SetFacts(
                set.getMetadata().getUid(),
                Objects.requireNonNullElse(set.getSpec().getReplicas(), 1),
                current,
                revision == null ? "" : revision);
    }

    static BudgetFacts budget(PodDisruptionBudget budget) {
        var max = budget.getSpec().getMaxUnavailable();
        var status = budget.getStatus();
        boolean closed = status != null
                && status.getObservedGeneration() != null
                && status.getObservedGeneration() >= budget.getMetadata().getGeneration()
                && Objects.requireNonNullElse(status.getDisruptionsAllowed(), 1) == 0;
        return new BudgetFacts(max == null || max.getIntVal() == null ? -1 : max.getIntVal(), closed);
    }

    static PodFacts pod(Pod pod, int ordinal) {
        var status = pod.getStatus();
        boolean ready = status != null
                && status.getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
        return new PodFacts(
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                ordinal,
                Optional.ofNullable(pod.getMetadata().getLabels())
                        .map(l -> l.get(REVISION_LABEL))
                        .orElse(""),
                ready,
                pod.getMetadata().getDeletionTimestamp() != null,
                status == null ? null : status.getPodIP(),
                status == null
                        ? ContainerFacts.NONE
                        : status.getContainerStatuses().stream()
                                .findFirst()
                                .map(KubeFacts::container)
                                .orElse(ContainerFacts.NONE));
    }

    static ClaimFacts claim(PersistentVolumeClaim claim, int ordinal) {
        return new ClaimFacts(
                claim.getMetadata().getName(),
                claim.getMetadata().getUid(),
                ordinal,
                claim.getMetadata().getDeletionTimestamp() != null);
    }

    private static ContainerFacts container(ContainerStatus status) {
        ContainerState state = status.getState();
        var waiting = state == null ? null : state.getWaiting();
        return new ContainerFacts(
                state != null && state.getRunning() != null,
                waiting == null ? null : waiting.getReason(),
                waiting == null ? null : waiting.getMessage(),
                exited(status),
                Objects.requireNonNullElse(status.getRestartCount(), 0));
    }

    /// A process that ended well, or because it was asked to, has nothing to explain; what Kubernetes
    /// shows as its message is then the end of its log.
    private static @Nullable String exited(ContainerStatus status) {
        ContainerStateTerminated end = terminated(status.getState());
        if (end == null) {
            end = terminated(status.getLastState());
        }
        if (end == null || END_ON_REQUEST.contains(end.getExitCode())) {
            return null;
        }
        String words = Objects.requireNonNullElse(end.getMessage(), "").strip();
        if (words.length() > MESSAGE_CHARS_MAX) {
            words = words.substring(words.length() - MESSAGE_CHARS_MAX);
        }
        return words.isEmpty() ? "exit code " + end.getExitCode() : words;
    }

    private static @Nullable ContainerStateTerminated terminated(@Nullable ContainerState state) {
        return state == null ? null : state.getTerminated();
    }
}
