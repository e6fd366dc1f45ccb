package io.concordkv.it.step;

import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.Nodes;
import io.concordkv.it.kube.PodTimeline;
import io.concordkv.it.kube.Sample;
import io.concordkv.it.load.CheckedLoad;
import io.concordkv.it.machine.Machine;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Faults below Kubernetes: processes, kubelets, the API server; and a node that is emptied.
final class MachineSteps {
    private static final String LIMITS = """
            {"spec": {"resources": {"requests": {"cpu": "100m", "memory": "512Mi"},
                                    "limits": {"cpu": "1", "memory": "512Mi"}}}}""";
    private static final String HALF_OF_IT = "-Xmx256m";
    private static final String CACHE = "node.aot";
    /// What is promised, on a machine with nothing else to do, is 3 s.
    private static final long READY_MILLIS_MAX = 4_000;
    private static final long POLL_MILLIS = 20;
    /// Measured: 0.1 s. Elections that a busy machine may cause are no fault of what is tried here.
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private MachineSteps() {}

    static final Step KILL_PROCESS = new Step(
            "kill-process",
            "with 1 CPU and 512 MiB a killed node is ready again soon, from its cache and with its data",
            MachineSteps::killProcess);
    static final Step KUBELET_AWAY = new Step(
            "kubelet-away", "a kubelet away stops no write, and no pod is replaced", MachineSteps::kubeletAway);
    static final Step API_AWAY =
            new Step("api-away", "the API server away stops no write, and no pod is replaced", MachineSteps::apiAway);
    static final Step DRAIN =
            new Step("drain", "`kubectl drain` evicts one pod; the second answers 429", MachineSteps::drain);

    private static void killProcess(Stage stage) throws IOException, InterruptedException {
        Machine machine = stage.machine();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        Nodes nodes = stage.nodes(cluster);
        cluster.patch(LIMITS);
        stage.awaitReady(cluster);
        var millis = new ArrayList<Long>();
        for (Pod pod : cluster.pods()) {
            String name = pod.getMetadata().getName();
            Difference.unless(
                    pod.getSpec().getContainers().getFirst().getEnv().stream()
                            .anyMatch(variable -> HALF_OF_IT.equals(variable.getValue())),
                    "%s should have a heap of half its memory limit, %s",
                    name,
                    HALF_OF_IT);
            var put = nodes.put(pod, "killed-" + name, name);
            Difference.unless(put.isSuccess(), "put through %s answers %s", name, put.body());
            long before = machine.process(pod);
            Difference.unless(Machine.maps(before, CACHE), "%s does not use its cache %s", name, CACHE);
            long killed = System.nanoTime();
            Machine.kill(before);
            long process = awaitProcess(stage, pod, before);
            millis.add(awaitServing(stage, nodes, pod));
            stage.await(
                    "pod " + name,
                    () -> cluster.pod(name)
                            .filter(Cluster::isReady)
                            .filter(now -> restarts(now) > restarts(pod))
                            .map(_ -> Optional.<String>empty())
                            .orElseGet(() -> Optional.of("it is not ready")));
            stage.note("%s: pod ready %.1f s after the kill", name, (System.nanoTime() - killed) / 1e9);
            Difference.unless(Machine.maps(process, CACHE), "%s restarted without its cache %s", name, CACHE);
            var got = nodes.get(pod, "killed-" + name);
            Difference.unless(got.body().equals(name), "%s lost a write, answers %s", name, got.body());
            stage.awaitReady(cluster);
        }
        stage.note("Java's start to ready, in ms: %s", millis);
        // Other work on the machine only adds.
        Difference.unless(
                Collections.min(millis) <= READY_MILLIS_MAX,
                "a restarted member should be ready within %d ms, took %s",
                READY_MILLIS_MAX,
                millis);
    }

    private static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    private static long awaitProcess(Stage stage, Pod pod, long before) throws IOException, InterruptedException {
        long[] found = {before};
        stage.await("another process of " + pod.getMetadata().getName(), () -> {
            try {
                found[0] = stage.machine().process(pod);
            } catch (Difference none) {
                return Optional.of("there is none");
            }
            return found[0] == before ? Optional.of("there is none") : Optional.empty();
        });
        return found[0];
    }

    /// @return from the start of Java to its word that it is ready, in milliseconds; what the container's
    ///         runtime does before that is not the node's
    private static long awaitServing(Stage stage, Nodes nodes, Pod pod) throws IOException, InterruptedException {
        String name = pod.getMetadata().getName();
        long deadline = System.nanoTime() + stage.extent().patience().toNanos();
        while (!nodes.isReady(pod)) {
            Difference.unless(System.nanoTime() < deadline, "%s does not become ready", name);
            stage.pause(Duration.ofMillis(POLL_MILLIS));
        }
        long ready = System.currentTimeMillis();
        return ready - nodes.startedAt(pod);
    }

    private static void kubeletAway(Stage stage) throws IOException, InterruptedException {
        Machine machine = stage.machine();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String node = cluster.pods().getLast().getSpec().getNodeName();
        harmless(stage, cluster, "kubelet", () -> machine.stopKubelet(node), () -> machine.startKubelet(node));
    }

    private static void apiAway(Stage stage) throws IOException, InterruptedException {
        Machine machine = stage.machine();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        harmless(stage, cluster, "API server", machine::stopApiServer, machine::startApiServer);
        // The operator is back as well: it repairs what is changed now.
        var services = stage.client().services().inNamespace(stage.namespace());
        services.withName(cluster.name()).delete();
        Duration repaired = stage.await("another Service " + cluster.name(), () -> {
            return services.withName(cluster.name()).get() == null ? Optional.of("there is none") : Optional.empty();
        });
        stage.note("the operator repaired a Service after %.1f s", repaired.toMillis() / 1e3);
    }

    /// Kubernetes calls pods not ready whose kubelet it has not heard of, and after its own absence all of
    /// them for a while: the writers ask them all the same.
    private interface Fault {
        void happen() throws IOException, InterruptedException;
    }

    private static void harmless(Stage stage, Cluster cluster, String what, Fault away, Fault back)
            throws IOException, InterruptedException {
        List<String> before = cluster.incarnations();
        try (var timeline = PodTimeline.follow(cluster);
                var load = CheckedLoad.startThroughAll(
                        stage.nodes(cluster), timeline::pods, "away-" + System.currentTimeMillis())) {
            away.happen();
            long began = System.nanoTime();
            try {
                long left = stage.extent().away().toNanos();
                while (left > 0) {
                    stage.tell("%s away, %d s to go".formatted(what, TimeUnit.NANOSECONDS.toSeconds(left)));
                    stage.pause(Duration.ofNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1))));
                    left = stage.extent().away().toNanos() - (System.nanoTime() - began);
                }
            } finally {
                back.happen();
            }
            Duration time = stage.await("the cluster", () -> notReadyNow(cluster));
            stage.note(
                    "%s away for %d s; ready %.1f s after it was back",
                    what, stage.extent().away().toSeconds(), time.toMillis() / 1e3);
            CheckedLoad.Outcome outcome = load.finish();
            RestartSteps.judgeWrites(stage, outcome);
            Difference.unless(
                    outcome.longestPause().compareTo(PAUSE_MAX) <= 0,
                    "no write was acknowledged for %d ms, allowed are %d",
                    outcome.longestPause().toMillis(),
                    PAUSE_MAX.toMillis());
        }
        Difference.unless(
                cluster.incarnations().equals(before), "pods before: %s, after: %s", before, cluster.incarnations());
    }

    /// While the API server is starting it refuses.
    private static Optional<String> notReadyNow(Cluster cluster) {
        try {
            return cluster.notReady();
        } catch (KubernetesClientException notYet) {
            return Optional.of(String.valueOf(notYet.getMessage()));
        }
    }

    private static void drain(Stage stage) throws IOException, InterruptedException {
        stage.machine(); // Nobody else's nodes are drained.
        Kubectl kubectl = stage.kubectl();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        List<Pod> pods = cluster.pods();
        String first = pods.get(0).getSpec().getNodeName();
        String second = pods.get(1).getSpec().getNodeName();
        Difference.unless(!first.equals(second), "%s and its neighbour are on one node", first);
        try {
            kubectl.done(drain(first, "60s"));
            long gone = pods.stream().filter(pod -> !isThere(cluster, pod)).count();
            Difference.unless(gone == 1, "drain of one node should evict one pod, evicted %d", gone);
            boolean evicted = stage.client()
                    .pods()
                    .inNamespace(stage.namespace())
                    .withName(pods.get(1).getMetadata().getName())
                    .evict();
            Difference.unless(
                    !evicted,
                    "a second pod was evicted: %s",
                    pods.get(1).getMetadata().getName());
            Kubectl.Result refused = kubectl.with("", drain(second, "4s"));
            Difference.unless(
                    refused.code() != 0 && refused.all().contains("disruption budget"),
                    "drain of a second node exits with %d: %s",
                    refused.code(),
                    refused.all());
            Difference.unless(isThere(cluster, pods.get(1)), "the second pod is gone");
            stage.note("one pod evicted, the second refused by the budget");
        } finally {
            kubectl.done("uncordon", first);
            kubectl.done("uncordon", second);
        }
        stage.awaitReady(cluster);
    }

    private static String[] drain(String node, String timeout) {
        return new String[] {
            "drain",
            node,
            "--ignore-daemonsets",
            "--delete-emptydir-data",
            "--pod-selector=" + Cluster.LABEL,
            "--timeout=" + timeout
        };
    }

    private static boolean isThere(Cluster cluster, Pod pod) {
        return cluster.pod(pod.getMetadata().getName())
                .filter(now ->
                        now.getMetadata().getUid().equals(pod.getMetadata().getUid()))
                .isPresent();
    }
}
