package io.concordkv.local.kubelet;

import io.concordkv.local.client.Conditions;
import io.concordkv.local.client.Deletion;
import io.concordkv.local.client.ObjectKey;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The life of one pod on this node, on one thread: volumes, init containers, containers, status;
/// and its end, when the API says so. Other threads only hand in the newest object and ring.
final class PodWorker {
    private static final Logger LOG = System.getLogger(PodWorker.class.getName());
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(60);
    private static final Duration VOLUME_AGAIN = Duration.ofMillis(200);
    private static final Duration API_AGAIN = Duration.ofMillis(300);

    private final KubernetesClient client;
    private final KubeletSettings settings;
    private final AddressBlock addresses;
    private final PodVolumes volumes;
    private final PodContext context;
    private final PodStatusWriter statusWriter;
    private final @Nullable PodWorker previous;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Alarm alarm;
    private final List<ContainerWorker> initContainers = new ArrayList<>();
    private final List<ContainerWorker> containers = new ArrayList<>();
    private final Instant startedAt = Instant.now();

    /// Null once the API no longer has it.
    private volatile @Nullable Pod newest;
    private volatile boolean shutdown;
    private ContainerCommand.@Nullable Place place;
    private String volumeProblem = "";

    /// @param previous the worker of an older pod of the same name, which must end first
    PodWorker(
            KubernetesClient client,
            AddressBlock addresses,
            PodVolumes volumes,
            PodContext context,
            Alarm alarm,
            @Nullable PodWorker previous) {
        this.client = client;
        this.settings = context.settings();
        this.addresses = addresses;
        this.volumes = volumes;
        this.context = context;
        this.alarm = alarm;
        this.previous = previous;
        this.statusWriter = new PodStatusWriter(client);
        this.newest = context.pod();
        Thread.ofVirtual().name("pod " + context.key()).start(this::run);
    }

    String uid() {
        return context.pod().getMetadata().getUid();
    }

    void changed(Pod pod) {
        newest = pod;
        alarm.ring();
    }

    /// The API has forgotten the pod: everything of it ends at once.
    void gone() {
        newest = null;
        alarm.ring();
    }

    /// Ends the processes within their grace period, the object stays; for the end of the kubelet.
    void shutDown() {
        shutdown = true;
        alarm.ring();
    }

    void awaitDone() throws InterruptedException {
        done.await();
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    private void run() {
        try {
            if (previous != null) {
                previous.awaitDone();
            }
            build();
            Instant next = step();
            while (!next.equals(Instant.MAX)) {
                alarm.await(next);
                next = step();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            everyContainer().forEach(container -> container.stop(Instant.now(), Duration.ZERO));
            everyContainer().forEach(container -> container.killIfDue(Instant.now()));
            done.countDown();
        }
    }

    private void build() {
        Pod pod = context.pod();
        pod.getSpec().getInitContainers().forEach(spec -> initContainers.add(new ContainerWorker(context, spec)));
        pod.getSpec().getContainers().forEach(spec -> containers.add(new ContainerWorker(context, spec)));
        if (pod.getStatus() != null) {
            resume(initContainers, pod.getStatus().getInitContainerStatuses());
            resume(containers, pod.getStatus().getContainerStatuses());
        }
    }

    private static void resume(List<ContainerWorker> workers, List<ContainerStatus> statuses) {
        for (var worker : workers) {
            statuses.stream()
                    .filter(status -> status.getName().equals(worker.name()))
                    .findFirst()
                    .ifPresent(status -> worker.resume(status, Instant.now()));
        }
    }

    private List<ContainerWorker> everyContainer() {
        var all = new ArrayList<>(initContainers);
        all.addAll(containers);
        return all;
    }

    /// @return when to look again at the latest; [Instant#MAX] when the pod's life is over
    private Instant step() {
        Pod pod = newest;
        try {
            if (pod == null) {
                return end(context.pod(), Duration.ZERO);
            }
            if (shutdown) {
                return end(pod, grace(pod));
            }
            if (Conditions.isDeleting(pod)) {
                return end(pod, grace(pod));
            }
            Instant next = live(pod);
            statusWriter.write(pod, observe(pod), Instant.now());
            return next;
        } catch (KubernetesClientException | UncheckedIOException failure) {
            LOG.log(Level.DEBUG, "pod {0}: {1}", context.key(), failure.toString());
            return Instant.now().plus(API_AGAIN);
        }
    }

    private static Duration grace(Pod pod) {
        Long ordered = pod.getMetadata().getDeletionGracePeriodSeconds();
        Long own = pod.getSpec().getTerminationGracePeriodSeconds();
        return Duration.ofSeconds(Objects.requireNonNullElse(ordered != null ? ordered : own, 30L));
    }

    private Instant live(Pod pod) {
        Instant now = Instant.now();
        if (Conditions.isFinished(pod) && place == null) {
            return now.plus(LOOK_AGAIN);
        }
        ContainerCommand.Place here = place == null ? prepare(pod) : place;
        if (here == null) {
            return now.plus(VOLUME_AGAIN);
        }
        // Environment variables may name the pod's address, which the API does not show yet.
        Pod placed = PodAddress.on(pod, here.address(), addresses.nodeAddress());
        Instant next = now.plus(LOOK_AGAIN);
        for (var container : initContainers) {
            if (container.exitCode().orElse(1) != 0) {
                return earlier(next, container.step(placed, here, volumes, now).orElse(next));
            }
        }
        for (var container : containers) {
            next = earlier(next, container.step(placed, here, volumes, now).orElse(next));
        }
        return next;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /// @return null while a volume is missing
    private ContainerCommand.@Nullable Place prepare(Pod pod) {
        try {
            Map<String, Path> paths = volumes.prepare(pod, context.directory());
            Path hosts = settings.hostsFile(pod.getMetadata().getNamespace());
            if (Files.notExists(hosts)) {
                AtomicFiles.write(hosts, new byte[0]);
            }
            String address = addresses.takePodAddress();
            context.logs().placed(pod, context.directory(), address);
            place = new ContainerCommand.Place(context.directory(), paths, address, hosts);
            return place;
        } catch (PodVolumes.NotReady waiting) {
            String problem = Objects.requireNonNullElse(waiting.getMessage(), "");
            if (!problem.equals(volumeProblem)) {
                volumeProblem = problem;
                context.events().warning(pod, "FailedMount", problem);
            }
            everyContainer().forEach(container -> container.setWaiting("ContainerCreating", problem));
            return null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Instant end(Pod pod, Duration grace) {
        Instant now = Instant.now();
        Instant next = now.plus(LOOK_AGAIN);
        boolean running = false;
        for (var container : everyContainer()) {
            container.noteEnd(pod);
            if (container.isRunning()) {
                running = true;
                if (container.stop(now, grace)) {
                    context.event(container.name(), "Normal", "Killing", "Stopping container " + container.name());
                }
                next = earlier(next, container.killIfDue(now).orElse(next));
            }
        }
        if (running) {
            return next;
        }
        finish(pod);
        return Instant.MAX;
    }

    private void finish(Pod pod) {
        boolean known = newest != null;
        if (known) {
            statusWriter.write(pod, observe(pod), Instant.now());
        }
        if (known && Conditions.isDeleting(pod)) {
            Deletion.delete(client, Deletion.podPath(ObjectKey.of(pod)), uid(), 0, null);
        }
        if (place != null) {
            addresses.release(place.address());
        }
        if (!shutdown) {
            context.logs().gone(context.key(), context.directory());
            try {
                context.directory().delete();
            } catch (IOException failure) {
                LOG.log(
                        Level.WARNING,
                        "cannot delete {0}: {1}",
                        context.directory().root(),
                        failure.toString());
            }
        }
    }

    private PodStatusText.Observed observe(Pod pod) {
        boolean initialized = initContainers.stream()
                .allMatch(container -> container.exitCode().orElse(1) == 0);
        return new PodStatusText.Observed(
                place == null ? null : place.address(),
                addresses.nodeAddress(),
                startedAt,
                initialized,
                phase(pod, initialized),
                initContainers.stream().map(ContainerWorker::status).toList(),
                containers.stream().map(ContainerWorker::status).toList());
    }

    private String phase(Pod pod, boolean initialized) {
        if (Conditions.isFinished(pod)) {
            return Conditions.phase(pod);
        }
        boolean finished = containers.stream().allMatch(container -> container.isFinished(pod));
        if (finished && initialized) {
            return containers.stream()
                            .allMatch(container -> container.exitCode().orElse(1) == 0)
                    ? "Succeeded"
                    : "Failed";
        }
        return containers.stream().allMatch(ContainerWorker::hasRun) && initialized ? "Running" : "Pending";
    }
}
