package io.concordkv.it.conformance;

import io.concordkv.it.finding.Difference;
import io.concordkv.it.finding.NotRun;
import io.concordkv.it.finding.Unserved;
import io.concordkv.it.kube.AcceptedResource;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.NodeDoor;
import io.concordkv.it.kube.Nodes;
import io.concordkv.it.kube.RefusedResource;
import io.concordkv.it.kube.Sample;
import io.concordkv.it.machine.Machine;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// What a step works with.
public final class Stage {
    private static final long POLL_MILLIS = 100;

    private final Surroundings surroundings;
    private final Consumer<String> progress;
    private final long auditFrom;
    private final BooleanSupplier ending;
    private final List<String> notes = new ArrayList<>();

    Stage(Surroundings surroundings, long auditFrom, BooleanSupplier ending, Consumer<String> progress) {
        this.surroundings = surroundings;
        this.auditFrom = auditFrom;
        this.ending = ending;
        this.progress = progress;
    }

    /// Empty when it is so; else what is seen instead.
    @FunctionalInterface
    public interface Condition {
        Optional<String> missing() throws IOException, InterruptedException;
    }

    /// Waits with the patience of the suite; returns how long it took.
    ///
    /// @throws Difference when patience is over, with what was seen last
    public Duration await(String what, Condition condition) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Optional<String> missing = condition.missing();
        while (missing.isPresent()) {
            if (System.nanoTime() - began > surroundings.extent().patience().toNanos()) {
                throw new Difference("no " + what + " within "
                        + surroundings.extent().patience().toSeconds() + " s: " + missing.get());
            }
            progress.accept("waiting for " + what + ": " + missing.get());
            pause(Duration.ofMillis(POLL_MILLIS));
            missing = condition.missing();
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /// Lets time pass.
    ///
    /// @throws InterruptedException when the suite is asked to end meanwhile
    public void pause(Duration time) throws InterruptedException {
        long began = System.nanoTime();
        long left = time.toNanos();
        while (left > 0) {
            if (ending.getAsBoolean()) {
                throw new InterruptedException("asked to end");
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS)));
            left = time.toNanos() - (System.nanoTime() - began);
        }
    }

    /// Something measured, shown beside the result.
    public void note(String format, Object... values) {
        notes.add(format.formatted(values));
    }

    public void tell(String what) {
        progress.accept(what);
    }

    public KubernetesClient client() {
        return surroundings.client();
    }

    public String namespace() {
        return surroundings.namespace();
    }

    public Surroundings.Extent extent() {
        return surroundings.extent();
    }

    /// Another image of the same node.
    ///
    /// @throws NotRun when there is none
    public String otherImage() {
        return surroundings.other().orElseThrow(() -> new NotRun("it needs another image of the node (--other-image)"));
    }

    /// Name of the kustomize overlay to install.
    public String overlay() {
        return surroundings.overlay();
    }

    /// Where the audit log ended when the suite began.
    public long auditFrom() {
        return auditFrom;
    }

    /// Top of the clone.
    public Path home() {
        return surroundings.home();
    }

    /// @throws NotRun where the machine under this Kubernetes is not ours
    public Machine machine() {
        return surroundings
                .machine()
                .orElseThrow(() -> new NotRun("it needs the machine under this Kubernetes (--machine)"));
    }

    public boolean hasMachine() {
        return surroundings.machine().isPresent();
    }

    /// @throws NotRun when this machine has none
    public Kubectl kubectl() {
        return surroundings.kubectl().orElseThrow(() -> new NotRun("kubectl is not installed"));
    }

    public boolean hasKubectl() {
        return surroundings.kubectl().isPresent();
    }

    public NodeDoor door() {
        return surroundings.door();
    }

    /// The sample of this name, as it is applied here.
    public Sample sample(Sample.File file) throws IOException {
        return Sample.read(surroundings.home(), file, surroundings.image());
    }

    /// The rows of the table of resources that must be refused.
    public List<RefusedResource> refusedResources() throws IOException {
        return RefusedResource.read(surroundings.home());
    }

    /// The rows of the table of resources that must be accepted.
    public List<AcceptedResource> acceptedResources() throws IOException {
        return AcceptedResource.read(surroundings.home());
    }

    /// The cluster of a sample, ready; applied when it is not there.
    public Cluster ready(Sample.File file) throws IOException, InterruptedException {
        Sample sample = sample(file);
        var cluster = new Cluster(surroundings.client(), surroundings.namespace(), sample.name());
        if (cluster.find().isEmpty()) {
            cluster.apply(sample.object());
        }
        awaitReady(cluster);
        return cluster;
    }

    /// @throws Unserved when patience is over, and nobody has written a status at all
    public Duration awaitReady(Cluster cluster) throws IOException, InterruptedException {
        try {
            return await(cluster.name() + " to be ready", cluster::notReady);
        } catch (Difference late) {
            if (cluster.find().isPresent() && cluster.get().path("status").isMissingNode()) {
                throw new Unserved(
                        "no operator serves namespace %s: %s got no status within %d s; serve it, or give another --namespace"
                                .formatted(
                                        cluster.namespace(),
                                        cluster.name(),
                                        surroundings.extent().patience().toSeconds()));
            }
            throw late;
        }
    }

    /// The nodes of a cluster, reachable.
    ///
    /// @throws NotRun when their ports cannot be reached from here
    public Nodes nodes(Cluster cluster) {
        return new Nodes(cluster, surroundings.door());
    }

    List<String> notes() {
        return List.copyOf(notes);
    }
}
