package io.concordkv.operator.observe;

import io.concordkv.operator.render.Names;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Boils Kubernetes objects down to the facts that decisions need.
final class KubeFacts {
    static final String REVISION_LABEL = "controller-revision-hash";
    private static final int MESSAGE_CHARS_MAX = 400;

    /// Only what has stood still for so long is a fault.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int DONE = 0;

    /// 128 + 15: Java's when it gets SIGTERM.
    private static final int END_ON_REQUEST = 143;

    private KubeFacts() {}

    static SetFacts set(StatefulSet set, Map<String, String> refused) {
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
                revision == null ? "" : revision,
                refused,
                Optional.ofNullable(set.getMetadata().getAnnotations())
                        .map(a -> a.get(SetFacts.NUDGED_ANNOTATION))
                        .flatMap(KubeFacts::time)
                        .orElse(null));
    }

    /// Empty when somebody wrote something else there.
    static Optional<Instant> time(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
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

    static PodFacts pod(Pod pod, int ordinal, Instant now) {
        var status = pod.getStatus();
        boolean deleting = pod.getMetadata().getDeletionTimestamp() != null;
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
                deleting,
                status == null ? null : status.getPodIP(),
                status == null ? null : unscheduled(status, now),
                status == null
                        ? ContainerFacts.NONE
                        : status.getContainerStatuses().stream()
                                .filter(c -> Names.CONTAINER.equals(c.getName()))
                                .findFirst()
                                .map(c -> container(c, deleting))
                                .orElse(ContainerFacts.NONE));
    }

    /// A pod that has just been made waits for a moment as a matter of course.
    private static @Nullable String unscheduled(PodStatus status, Instant now) {
        return status.getConditions().stream()
                .filter(c -> "PodScheduled".equals(c.getType()) && "False".equals(c.getStatus()))
                .filter(c -> time(c.getLastTransitionTime())
                        .filter(since -> since.plus(PATIENCE).isBefore(now))
                        .isPresent())
                .map(c -> Objects.requireNonNullElse(c.getMessage(), "the scheduler does not say why"))
                .findFirst()
                .orElse(null);
    }

    /// How long it has had no volume; empty when it has one, or has just been made.
    static Optional<Duration> unboundFor(PersistentVolumeClaim claim, Instant now) {
        boolean pending =
                claim.getStatus() != null && "Pending".equals(claim.getStatus().getPhase());
        return time(claim.getMetadata().getCreationTimestamp())
                .map(since -> Duration.between(since, now))
                .filter(age -> pending && age.compareTo(PATIENCE) > 0);
    }

    static ClaimFacts claim(PersistentVolumeClaim claim, int ordinal, @Nullable String unbound) {
        return new ClaimFacts(
                claim.getMetadata().getName(),
                claim.getMetadata().getUid(),
                ordinal,
                claim.getMetadata().getDeletionTimestamp() != null,
                unbound);
    }

    private static ContainerFacts container(ContainerStatus status, boolean deleting) {
        String exited = exited(status, deleting);
        ContainerState state = status.getState();
        var waiting = state == null ? null : state.getWaiting();
        var running = state == null ? null : state.getRunning();
        String image = Objects.requireNonNullElse(status.getImage(), "");
        if (waiting == null || waiting.getReason() == null) {
            return new ContainerFacts(
                    running != null,
                    running == null ? null : time(running.getStartedAt()).orElse(null),
                    null,
                    null,
                    exited,
                    image);
        }
        return switch (waiting.getReason()) {
            // The kubelet takes turns between the two.
            case "ErrImagePull", ContainerFacts.IMAGE_UNAVAILABLE ->
                new ContainerFacts(
                        false,
                        null,
                        ContainerFacts.IMAGE_UNAVAILABLE,
                        pullFailure(waiting.getMessage()),
                        exited,
                        image);
            // Its message tells how long it waits now.
            case ContainerFacts.ENDS_AGAIN ->
                new ContainerFacts(false, null, ContainerFacts.ENDS_AGAIN, null, exited, image);
            default -> new ContainerFacts(false, null, waiting.getReason(), waiting.getMessage(), exited, image);
        };
    }

    /// What is behind `Back-off pulling image "x": ErrImagePull: cause`; null when no cause is given.
    private static @Nullable String pullFailure(@Nullable String message) {
        if (message == null) {
            return null;
        }
        int cause = message.indexOf("ErrImagePull: ");
        if (cause >= 0) {
            return message.substring(cause + "ErrImagePull: ".length());
        }
        return message.startsWith("Back-off pulling image") ? null : message;
    }

    /// A process that ended well, or with its pod, has nothing to explain; what Kubernetes shows as its
    /// message is then the end of its log. Who asks it to end while its pod stays, and starts it again, is
    /// the kubelet.
    private static @Nullable String exited(ContainerStatus status, boolean deleting) {
        ContainerStateTerminated last = terminated(status.getLastState());
        ContainerStateTerminated end =
                Optional.ofNullable(terminated(status.getState())).orElse(last);
        if (end == null || end.getExitCode() == DONE) {
            return null;
        }
        if (end.getExitCode() == END_ON_REQUEST) {
            return last == null || deleting
                    ? null
                    : "exit code 143: the kubelet told it to end, as it does when the startup or liveness probe fails";
        }
        String words = Objects.requireNonNullElse(end.getMessage(), "").strip();
        if (words.length() > MESSAGE_CHARS_MAX) {
            words = words.substring(words.length() - MESSAGE_CHARS_MAX);
        }
        if (words.isEmpty()) {
            words = "exit code " + end.getExitCode();
        }
        return "OOMKilled".equals(end.getReason()) ? "OOMKilled (over its memory limit): " + words : words;
    }

    private static @Nullable ContainerStateTerminated terminated(@Nullable ContainerState state) {
        return state == null ? null : state.getTerminated();
    }
}
