package io.concordkv.it.step;

import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Nodes;
import io.concordkv.it.kube.Sample;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Keys and values: where they are written, and what they survive.
final class DataSteps {
    private DataSteps() {}

    static final Step DATA = new Step("data", "what one node wrote, every node reads", DataSteps::data);
    static final Step DELETE_POD =
            new Step("delete-pod", "a deleted pod comes back with its data", DataSteps::deletePod);
    static final Step RECREATE = new Step(
            "recreate", "deleting the cluster keeps the volumes, creating it again adopts them", DataSteps::recreate);
    static final Step SINGLE =
            new Step("single", "one node without copies keeps its data over a restart", DataSteps::single);

    private static void data(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        Nodes nodes = stage.nodes(cluster);
        List<Pod> pods = cluster.pods();
        for (Pod writer : pods) {
            String name = writer.getMetadata().getName();
            put(nodes, writer, "data-" + name, "from " + name);
            for (Pod reader : pods) {
                holds(nodes, reader, "data-" + name, "from " + name);
            }
        }
    }

    private static void deletePod(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        stage.note("the cluster was ready again %.1f s after", survives(stage, cluster));
    }

    /// Writes, deletes the first pod, waits, reads through that pod's successor; returns seconds.
    private static double survives(Stage stage, Cluster cluster) throws IOException, InterruptedException {
        Nodes nodes = stage.nodes(cluster);
        Pod pod = cluster.pods().getFirst();
        String name = pod.getMetadata().getName();
        put(nodes, pod, "kept-by-" + name, pod.getMetadata().getUid());
        long began = System.nanoTime();
        stage.client().resource(pod).delete();
        stage.await(
                "another pod " + name,
                () -> cluster.pod(name)
                        .filter(now -> !now.getMetadata()
                                .getUid()
                                .equals(pod.getMetadata().getUid()))
                        .filter(Cluster::isReady)
                        .map(_ -> Optional.<String>empty())
                        .orElseGet(() -> Optional.of("it is not ready")));
        stage.note("pod ready %.1f s after it was deleted", (System.nanoTime() - began) / 1e9);
        stage.awaitReady(cluster);
        double seconds = (System.nanoTime() - began) / 1e9;
        Pod successor = cluster.pod(name).orElseThrow(() -> new Difference(name + " is gone again"));
        holds(nodes, successor, "kept-by-" + name, pod.getMetadata().getUid());
        return seconds;
    }

    private static void recreate(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        Nodes nodes = stage.nodes(cluster);
        String value =
                "of cluster " + cluster.get().path("metadata").path("uid").asText();
        put(nodes, cluster.pods().getFirst(), "recreated", value);
        String clusterId = cluster.get().path("status").path("clusterId").asText();
        List<String> claims = cluster.claims();
        cluster.delete();
        Duration away = stage.await("deletion of " + cluster.name(), () -> {
            int pods = cluster.pods().size();
            return cluster.find().isPresent() || pods > 0 ? Optional.of(pods + " pods are left") : Optional.empty();
        });
        stage.note("deleted within %.1f s", away.toMillis() / 1e3);
        Difference.unless(
                cluster.claims().equals(claims), "volume claims before: %s, after: %s", claims, cluster.claims());
        cluster.apply(stage.sample(Sample.File.CLUSTER).object());
        Duration back = stage.awaitReady(cluster);
        stage.note("created again, ready within %.1f s", back.toMillis() / 1e3);
        String adopted = cluster.get().path("status").path("clusterId").asText();
        Difference.unless(adopted.equals(clusterId), "the cluster id was %s and is %s", clusterId, adopted);
        for (Pod pod : cluster.pods()) {
            holds(nodes, pod, "recreated", value);
        }
    }

    private static void single(Stage stage) throws IOException, InterruptedException {
        Sample sample = stage.sample(Sample.File.SINGLE);
        var cluster = new Cluster(stage.client(), stage.namespace(), sample.name());
        boolean fresh = cluster.find().isEmpty();
        if (fresh) {
            cluster.apply(sample.object());
        }
        Duration time = stage.awaitReady(cluster);
        if (fresh) {
            stage.note("ready %.1f s after it was applied", time.toMillis() / 1e3);
        }
        stage.note("the cluster was ready again %.1f s after", survives(stage, cluster));
    }

    private static void put(Nodes nodes, Pod pod, String key, String value) throws IOException, InterruptedException {
        var answer = nodes.put(pod, key, value);
        Difference.unless(
                answer.isSuccess(),
                "put through %s answers %d: %s",
                pod.getMetadata().getName(),
                answer.status(),
                answer.body());
    }

    private static void holds(Nodes nodes, Pod pod, String key, String value) throws IOException, InterruptedException {
        var answer = nodes.get(pod, key);
        Difference.unless(
                answer.isSuccess() && answer.body().equals(value),
                "%s should read '%s' under %s, answers %d: %s",
                pod.getMetadata().getName(),
                value,
                key,
                answer.status(),
                answer.body());
    }
}
