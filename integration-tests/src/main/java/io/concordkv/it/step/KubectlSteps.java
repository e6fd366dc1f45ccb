package io.concordkv.it.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Kubectl;
import io.concordkv.it.kube.Sample;
import java.io.IOException;
import java.util.List;

/// What a person with kubectl does.
final class KubectlSteps {
    private KubectlSteps() {}

    static final Step COLUMNS = new Step("columns", "`get` shows the columns, `wait` ends", KubectlSteps::columns);
    static final Step APPLY_AGAIN =
            new Step("apply-again", "applying the same again changes nothing", KubectlSteps::applyAgain);
    static final Step DIFF =
            new Step("diff", "`diff` is empty after apply, and not after a change", KubectlSteps::diff);
    static final Step DESCRIBE =
            new Step("describe", "`describe` and `explain` tell what the resource is", KubectlSteps::describe);
    static final Step LOGS = new Step("logs", "`logs` shows what a node prints", KubectlSteps::logs);
    static final Step RAW = new Step("raw", "`get --raw` reads any path of the API", KubectlSteps::raw);

    private static void columns(Stage stage) throws IOException, InterruptedException {
        Kubectl kubectl = stage.kubectl();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        kubectl.done("wait", "--for=condition=Ready", "concordcluster/" + cluster.name(), "--timeout=60s");
        List<String> lines = kubectl.done("get", "ccl", cluster.name()).lines().toList();
        String heading = String.join(" ", lines.getFirst().split(" +"));
        Difference.unless(
                heading.equals("NAME READY QUORATE NODES SHARDS VERSION ACTION AGE"), "the columns are: %s", heading);
        Difference.unless(
                lines.get(1).matches(cluster.name() + " +True +True +3/3 +8 +\\S+ +\\S+"),
                "the row is: %s",
                lines.get(1));
        String category = kubectl.done("get", "concord", "-o", "name");
        Difference.unless(
                category.contains("concordcluster.concordkv.io/" + cluster.name()),
                "category concord holds: %s",
                category);
    }

    private static void applyAgain(Stage stage) throws IOException, InterruptedException {
        Kubectl kubectl = stage.kubectl();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String text = stage.sample(Sample.File.CLUSTER).text();
        long generation = generation(cluster);
        kubectl.doneWith(text, "apply", "-f", "-");
        String second = kubectl.doneWith(text, "apply", "-f", "-");
        Difference.unless(second.contains("unchanged"), "the second apply says: %s", second);
        String onServer = kubectl.doneWith(text, "apply", "--server-side", "-f", "-");
        Difference.unless(onServer.contains("serverside-applied"), "apply --server-side says: %s", onServer);
        Difference.unless(
                generation(cluster) == generation,
                "the generation went from %d to %d though the spec is the same",
                generation,
                generation(cluster));
    }

    private static void diff(Stage stage) throws IOException, InterruptedException {
        Kubectl kubectl = stage.kubectl();
        stage.ready(Sample.File.CLUSTER);
        Sample sample = stage.sample(Sample.File.CLUSTER);
        for (List<String> call : List.of(List.of("diff", "-f", "-"), List.of("diff", "--server-side", "-f", "-"))) {
            String[] arguments = call.toArray(String[]::new);
            String same = kubectl.doneWith(sample.text(), arguments);
            Difference.unless(same.isBlank(), "kubectl %s of what was applied shows: %s", call, same);
        }
        Kubectl.Result other = kubectl.with(sample.with("nodes", 5).text(), "diff", "-f", "-");
        Difference.unless(
                other.code() == 1 && other.out().contains("+  nodes: 5"),
                "kubectl diff of another number of nodes exits with %d: %s",
                other.code(),
                other.all());
    }

    private static void describe(Stage stage) throws IOException, InterruptedException {
        Kubectl kubectl = stage.kubectl();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String text = kubectl.done("describe", "ccl", cluster.name());
        for (String part : List.of("Kind:         ConcordCluster", "Cluster Id:", "AsDeclared", "Events:")) {
            Difference.unless(text.contains(part), "describe does not show '%s': %s", part, text);
        }
        String explained = kubectl.done("explain", "concordcluster.spec.replicationFactor");
        Difference.unless(explained.contains("replicationFactor <integer>"), "explain of a field says: %s", explained);
    }

    private static void logs(Stage stage) throws IOException, InterruptedException {
        Kubectl kubectl = stage.kubectl();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String pod = cluster.pods().getFirst().getMetadata().getName();
        String text = kubectl.done("logs", pod);
        Difference.unless(text.contains("node " + pod), "the log of %s does not name it: %s", pod, text);
        String last = kubectl.done("logs", "--tail=1", pod);
        Difference.unless(last.lines().count() == 1, "logs --tail=1 prints: %s", last);
    }

    private static void raw(Stage stage) throws IOException, InterruptedException {
        Kubectl kubectl = stage.kubectl();
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        String paths = kubectl.done("get", "--raw", "/");
        Difference.unless(paths.contains("/apis/concordkv.io/v1alpha1"), "the root lists: %s", paths);
        String object = kubectl.done(
                "get",
                "--raw",
                "/apis/concordkv.io/v1alpha1/namespaces/" + stage.namespace() + "/concordclusters/" + cluster.name());
        Difference.unless(object.contains("\"clusterId\""), "the object is: %s", object);
    }

    private static long generation(Cluster cluster) {
        JsonNode metadata = cluster.get().path("metadata");
        return metadata.path("generation").asLong();
    }
}
