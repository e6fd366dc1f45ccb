package io.concordkv.it.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.AcceptedResource;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.RefusedResource;
import io.concordkv.it.kube.Sample;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The resource itself: applying it, refusing it, what is told about it.
final class ResourceSteps {
    private static final int REFUSED_MIN = 40;
    private static final int ACCEPTED_MIN = 20;

    private ResourceSteps() {}

    static final Step APPLY = new Step("apply", "the sample becomes ready", ResourceSteps::apply);
    static final Step DRY_RUN = new Step("dry-run", "a dry run checks and stores nothing", ResourceSteps::dryRun);
    static final Step EVENTS = new Step("events", "events tell what happened", ResourceSteps::events);
    static final Step REFUSED =
            new Step("refused", "invalid resources are refused, naming field and limit", ResourceSteps::refused);
    static final Step ACCEPTED = new Step("accepted", "valid resources are accepted", ResourceSteps::accepted);

    private static void apply(Stage stage) throws IOException, InterruptedException {
        Sample sample = stage.sample(Sample.File.CLUSTER);
        var cluster = new Cluster(stage.client(), stage.namespace(), sample.name());
        Difference.unless(cluster.find().isEmpty(), "%s is there already", cluster.name());
        if (stage.hasKubectl()) {
            String said = stage.kubectl().doneWith(sample.text(), "apply", "-f", "-");
            Difference.unless(said.contains("created"), "kubectl apply says: %s", said);
        } else {
            cluster.apply(sample.object());
        }
        Duration time = stage.awaitReady(cluster);
        stage.note("ready %.1f s after it was applied", time.toMillis() / 1e3);
        JsonNode status = cluster.get().path("status");
        Difference.unless(
                status.path("readyNodes").asInt() == sample.nodes()
                        && status.path("members").size() == sample.nodes()
                        && !status.path("clusterId").asText().isEmpty(),
                "the status of a ready cluster is: %s",
                status);
    }

    private static void dryRun(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        Sample sample = stage.sample(Sample.File.CLUSTER);
        String before = version(cluster);
        cluster.dryRun(sample.with("nodes", 5).object());
        Difference.unless(version(cluster).equals(before), "a dry run stored something");
        Sample absent = sample.named("never-stored");
        new Cluster(stage.client(), stage.namespace(), absent.name()).dryRun(absent.object());
        Difference.unless(
                new Cluster(stage.client(), stage.namespace(), absent.name())
                        .find()
                        .isEmpty(),
                "a dry run created %s",
                absent.name());
        if (stage.hasKubectl()) {
            stage.kubectl().doneWith(absent.text(), "apply", "--dry-run=server", "-f", "-");
        }
    }

    private static String version(Cluster cluster) {
        return cluster.get().path("metadata").path("resourceVersion").asText();
    }

    private static void events(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        stage.await("events ClusterFounded and Ready", () -> {
            Set<String> reasons = stage
                    .client()
                    .v1()
                    .events()
                    .inNamespace(stage.namespace())
                    .withField("involvedObject.name", cluster.name())
                    .list()
                    .getItems()
                    .stream()
                    .map(Event::getReason)
                    .collect(Collectors.toSet());
            return reasons.containsAll(List.of("ClusterFounded", "Ready"))
                    ? Optional.empty()
                    : Optional.of("there are " + reasons);
        });
    }

    private static void refused(Stage stage) throws IOException {
        int refused = 0;
        for (RefusedResource row : stage.refusedResources()) {
            stage.tell(row.name());
            String name = row.resource().path("metadata").path("name").asText();
            var cluster = new Cluster(stage.client(), stage.namespace(), name);
            try {
                row.before().ifPresent(before -> cluster.apply(paused(before)));
                ObjectNode resource = row.before().isPresent() ? paused(row.resource()) : row.resource();
                Refusal answer = refusal(cluster, resource, row.before().isPresent());
                Difference.unless(
                        answer.message().contains(row.expect()),
                        "%s: expected a refusal with '%s', got: %s",
                        row.name(),
                        row.expect(),
                        answer.message());
                Difference.unless(
                        answer.fields().equals(row.field()),
                        "%s: the causes should name '%s', but name '%s': %s",
                        row.name(),
                        row.field(),
                        answer.fields(),
                        answer.message());
                refused++;
            } finally {
                row.before().ifPresent(_ -> cluster.delete());
            }
        }
        Difference.unless(refused >= REFUSED_MIN, "the table has only %d resources", refused);
        stage.note("%d resources refused", refused);
    }

    /// Nothing is started for it while it waits to be changed.
    private static ObjectNode paused(ObjectNode resource) {
        ObjectNode copy = resource.deepCopy();
        copy.withObject("/spec").put("paused", true);
        return copy;
    }

    /// @param fields of the causes, sorted, each once, with blanks between
    private record Refusal(String message, String fields) {}

    private static Refusal refusal(Cluster cluster, ObjectNode resource, boolean changes) {
        try {
            if (changes) {
                cluster.dryRun(resource);
            } else {
                cluster.dryCreate(resource);
            }
            return new Refusal("it was accepted", "");
        } catch (KubernetesClientException e) {
            var causes = Stream.ofNullable(e.getStatus())
                    .flatMap(status -> Stream.ofNullable(status.getDetails()))
                    .flatMap(details -> details.getCauses().stream());
            return new Refusal(
                    String.valueOf(e.getMessage()),
                    causes.map(cause -> String.valueOf(cause.getField()))
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(" ")));
        }
    }

    private static void accepted(Stage stage) throws IOException {
        int accepted = 0;
        for (AcceptedResource row : stage.acceptedResources()) {
            stage.tell(row.name());
            String name = row.resource().path("metadata").path("name").asText();
            try {
                new Cluster(stage.client(), stage.namespace(), name).dryRun(row.resource());
            } catch (KubernetesClientException e) {
                throw new Difference(row.name() + " is refused: " + e.getMessage());
            }
            accepted++;
        }
        Difference.unless(accepted >= ACCEPTED_MIN, "the table has only %d resources", accepted);
        stage.note("%d resources accepted", accepted);
    }
}
