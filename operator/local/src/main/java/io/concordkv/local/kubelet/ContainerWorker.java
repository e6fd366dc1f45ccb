package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// One container of a pod over all its runs. Only the pod's thread calls it.
///
///     waiting ──start──▶ running ──exit──▶ terminated ──back-off──▶ waiting (CrashLoopBackOff) ──▶ running
///                           │ failed liveness or startup probe: SIGTERM, later SIGKILL
final class ContainerWorker {
    private static final int MESSAGE_BYTES_MAX = 4_096;
    private static final int MESSAGE_LINES_MAX = 80;

    private final PodContext context;
    private final Container container;
    private final RestartBackoff backoff;
    private ContainerState state = waiting("ContainerCreating", "");
    private @Nullable ContainerState last;
    private int restarts;
    private @Nullable ContainerProcess process;
    private @Nullable ContainerProbes probes;
    private @Nullable Instant killAt;
    private Instant retryAt = Instant.EPOCH;
    private boolean pulled;

    ContainerWorker(PodContext context, Container container) {
        this.context = context;
        this.container = container;
        this.backoff = new RestartBackoff(
                context.settings().restartFirst(), context.settings().restartLongest());
    }

    /// Goes on from a status that an earlier kubelet wrote: what ran then has ended with it.
    void resume(ContainerStatus status, Instant now) {
        restarts = Objects.requireNonNullElse(status.getRestartCount(), 0);
        if (status.getState() != null && status.getState().getRunning() != null) {
            last = terminated(status.getState().getRunning().getStartedAt(), now, 255, "Unknown", null);
            restarts++;
        } else if (status.getState() != null && status.getState().getTerminated() != null) {
            state = status.getState();
            last = status.getLastState();
        } else {
            last = status.getLastState();
        }
    }

    String name() {
        return container.getName();
    }

    boolean isRunning() {
        return process != null;
    }

    boolean hasRun() {
        return process != null || last != null || state.getTerminated() != null;
    }

    /// Ended, and not yet to be started again.
    OptionalInt exitCode() {
        return state.getTerminated() == null
                ? OptionalInt.empty()
                : OptionalInt.of(state.getTerminated().getExitCode());
    }

    /// @return when to look again although nothing happens
    Optional<Instant> step(Pod pod, ContainerCommand.Place place, PodVolumes volumes, Instant now) {
        if (process != null) {
            return watch(pod, now);
        }
        if (state.getTerminated() != null && !mayRestart(pod)) {
            return Optional.empty();
        }
        if (now.isBefore(retryAt)) {
            return Optional.of(retryAt);
        }
        return start(pod, place, volumes, now);
    }

    private boolean mayRestart(Pod pod) {
        int code = exitCode().orElse(0);
        return switch (Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), "Always")) {
            case "Never" -> false;
            case "OnFailure" -> code != 0;
            default -> true;
        };
    }

    /// Whether the pod's phase may count this container as ended for good.
    boolean isFinished(Pod pod) {
        return state.getTerminated() != null && !mayRestart(pod);
    }

    private Optional<Instant> watch(Pod pod, Instant now) {
        var running = Objects.requireNonNull(process);
        OptionalInt code = running.exitCode();
        if (code.isPresent()) {
            ended(pod, running, code.getAsInt());
            return Optional.of(retryAt);
        }
        String fatal = probes == null ? null : probes.fatal();
        if (fatal != null && killAt == null) {
            context.event(
                    name(),
                    "Normal",
                    "Killing",
                    "Container " + name() + " failed " + fatal + " probe, will be restarted");
            stop(now, grace(pod));
        }
        return killIfDue(now);
    }

    private Duration grace(Pod pod) {
        return Duration.ofSeconds(Objects.requireNonNullElse(pod.getSpec().getTerminationGracePeriodSeconds(), 30L));
    }

    private void ended(Pod pod, ContainerProcess run, int code) {
        closeProbes();
        process = null;
        killAt = null;
        String message = terminationMessage(run, code);
        state = terminated(run.startedAt().toString(), run.endedAt(), code, code == 0 ? "Completed" : "Error", message);
        Duration wait = backoff.ended(run.startedAt(), run.endedAt());
        retryAt = run.endedAt().plus(wait);
        if (!wait.isZero() && mayRestart(pod) && pod.getMetadata().getDeletionTimestamp() == null) {
            last = state;
            String text = "back-off " + wait.toSeconds() + "s restarting failed container=" + name() + " pod="
                    + pod.getMetadata().getName() + "_" + pod.getMetadata().getNamespace() + "("
                    + pod.getMetadata().getUid() + ")";
            state = waiting("CrashLoopBackOff", text);
            context.event(
                    name(),
                    "Warning",
                    "BackOff",
                    "Back-off restarting failed container " + name() + " in pod "
                            + pod.getMetadata().getName() + "_"
                            + pod.getMetadata().getNamespace() + "("
                            + pod.getMetadata().getUid() + ")");
        }
    }

    private Optional<Instant> start(Pod pod, ContainerCommand.Place place, PodVolumes volumes, Instant now) {
        ImageTable.Image image;
        switch (context.settings().images().pull(container.getImage())) {
            case ImageTable.Pull.Failed(String message) -> {
                return pullFailed(message, now);
            }
            case ImageTable.Pull.Found(var found) -> image = found;
        }
        if (!pulled) {
            pulled = true;
            context.event(
                    name(),
                    "Normal",
                    "Pulled",
                    "Container image \"" + container.getImage() + "\" already present on machine");
        }
        boolean again = state.getTerminated() != null || "CrashLoopBackOff".equals(reason());
        int run = again ? restarts + 1 : restarts;
        try {
            place.directory().createFor(name());
            Files.deleteIfExists(place.directory().terminationLog(name()));
            var command = ContainerCommand.of(pod, container, image, place, volumes);
            Path directory = place.directory().container(name());
            var log = new ContainerLog(place.directory().log(name(), run));
            var started = ContainerProcess.start(context.ledger(), command, directory, log, context.signal());
            if (state.getTerminated() != null) {
                last = state;
            }
            restarts = run;
            process = started;
            context.logs().begun(context.key(), name(), run, log);
            Files.deleteIfExists(place.directory().log(name(), run - 2));
            state = new ContainerStateBuilder()
                    .withNewRunning()
                    .withStartedAt(text(started.startedAt()))
                    .endRunning()
                    .build();
            context.event(name(), "Normal", "Created", "Created container: " + name());
            context.event(name(), "Normal", "Started", "Started container " + name());
            probes = new ContainerProbes(
                    container,
                    probe -> new ProbeCheck(context.http(), container, place.address(), probe, directory, command),
                    (kind, why) -> context.event(name(), "Warning", "Unhealthy", kind + " probe failed: " + why),
                    context.signal());
            return Optional.empty();
        } catch (IOException | PodVolumes.NotReady | IllegalArgumentException failure) {
            state = waiting("CreateContainerConfigError", Objects.requireNonNullElse(failure.getMessage(), ""));
            context.event(name(), "Warning", "Failed", "Error: " + failure.getMessage());
            retryAt = now.plusSeconds(2);
            return Optional.of(retryAt);
        }
    }

    private Optional<Instant> pullFailed(String message, Instant now) {
        boolean first = !"ErrImagePull".equals(reason()) && !"ImagePullBackOff".equals(reason());
        context.event(name(), "Warning", "Failed", first ? message : "Error: ImagePullBackOff");
        state = first
                ? waiting("ErrImagePull", message)
                : waiting("ImagePullBackOff", "Back-off pulling image \"" + container.getImage() + "\": " + message);
        Duration wait = first ? Duration.ofSeconds(1) : context.settings().restartLongest();
        retryAt = now.plus(wait);
        return Optional.of(retryAt);
    }

    private String reason() {
        return state.getWaiting() == null
                ? ""
                : Objects.requireNonNullElse(state.getWaiting().getReason(), "");
    }

    /// Asks the program to end; kills it when the grace period is over. A shorter one wins.
    ///
    /// @return whether it was asked for the first time
    boolean stop(Instant now, Duration grace) {
        if (process == null) {
            return false;
        }
        boolean first = killAt == null;
        Instant deadline = now.plus(grace);
        if (first) {
            closeProbes();
            if (!grace.isZero()) {
                process.terminate();
            }
        }
        if (killAt == null || deadline.isBefore(killAt)) {
            killAt = deadline;
        }
        return first;
    }

    /// @return when the kill is due
    Optional<Instant> killIfDue(Instant now) {
        if (process == null || killAt == null) {
            return Optional.empty();
        }
        if (!now.isBefore(killAt)) {
            process.kill();
            return Optional.empty();
        }
        return Optional.of(killAt);
    }

    private void closeProbes() {
        if (probes != null) {
            probes.close();
            probes = null;
        }
    }

    /// Called while the pod ends: takes note of the end, starts nothing.
    void noteEnd(Pod pod) {
        if (process != null && process.exitCode().isPresent()) {
            ended(pod, process, process.exitCode().getAsInt());
        }
    }

    long pid() {
        return process == null ? 0 : process.pid();
    }

    ContainerStatus status() {
        boolean started = process != null && probes != null && probes.isStarted();
        boolean ready = process != null && probes != null && probes.isReady();
        return new ContainerStatusBuilder()
                .withName(name())
                .withImage(container.getImage())
                .withImageID(pulled ? "process://" + container.getImage() : "")
                .withContainerID(process == null ? null : "process://" + process.pid())
                .withReady(ready)
                .withStarted(started)
                .withRestartCount(restarts)
                .withState(state)
                .withLastState(last == null ? new ContainerState() : last)
                .build();
    }

    void setWaiting(String reason, String message) {
        if (process == null && state.getTerminated() == null) {
            state = waiting(reason, message);
        }
    }

    private @Nullable String terminationMessage(ContainerProcess run, int code) {
        Path file = context.directory().terminationLog(name());
        try {
            if (Files.exists(file) && Files.size(file) > 0) {
                byte[] bytes = Files.readAllBytes(file);
                int from = Math.max(0, bytes.length - MESSAGE_BYTES_MAX);
                return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
            }
            if (code != 0 && "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy())) {
                return LogTail.of(run.log().file(), MESSAGE_LINES_MAX, MESSAGE_BYTES_MAX / 2);
            }
            return null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static ContainerState waiting(String reason, String message) {
        return new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message.isEmpty() ? null : message)
                .endWaiting()
                .build();
    }

    private static ContainerState terminated(
            String startedAt, Instant endedAt, int code, String reason, @Nullable String message) {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withStartedAt(startedAt.length() > 20 ? text(Instant.parse(startedAt)) : startedAt)
                .withFinishedAt(text(endedAt))
                .withExitCode(code)
                .withReason(reason)
                .withMessage(message)
                .endTerminated()
                .build();
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
