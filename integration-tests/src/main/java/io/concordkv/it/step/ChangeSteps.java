package io.concordkv.it.step;

import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Sample;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Changes the operator answers or takes back.
final class ChangeSteps {
    private static final String NODES = "{\"spec\":{\"nodes\":%d}}";
    private static final String EDITED_SET = "{\"metadata\":{\"labels\":{\"" + Cluster.LABEL + "\":\"mine\"}},"
            + "\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":7}}}}";

    private ChangeSteps() {}

    static final Step SCALING = new Step(
            "scaling", "another number of nodes is answered by Stalled, and does no harm", ChangeSteps::scaling);
    static final Step DRIFT =
            new Step("drift", "deleted and edited objects are repaired, no pod restarts", ChangeSteps::drift);

    private static void scaling(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        List<String> before = cluster.incarnations();
        int nodes = cluster.get().path("spec").path("nodes").asInt();
        try {
            cluster.patch(NODES.formatted(nodes + 2));
            stage.await("ScalingNotYetSupported", () -> cluster.isNot("Stalled", "True", "ScalingNotYetSupported"));
        } finally {
            cluster.patch(NODES.formatted(nodes));
        }
        stage.awaitReady(cluster);
        Difference.unless(
                cluster.incarnations().equals(before), "pods before: %s, after: %s", before, cluster.incarnations());
    }

    private static void drift(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.ready(Sample.File.CLUSTER);
        List<String> before = cluster.incarnations();
        var services = stage.client().services().inNamespace(stage.namespace());
        String uid = services.withName(cluster.name()).get().getMetadata().getUid();
        services.withName(cluster.name()).delete();
        Duration service = stage.await("another Service " + cluster.name(), () -> {
            Service now = services.withName(cluster.name()).get();
            return now == null || now.getMetadata().getUid().equals(uid)
                    ? Optional.of("there is none")
                    : Optional.empty();
        });
        stage.note("deleted Service back after %.1f s", service.toMillis() / 1e3);
        var set = stage.client()
                .apps()
                .statefulSets()
                .inNamespace(stage.namespace())
                .withName(cluster.name() + "-a");
        Long grace = set.get().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
        set.patch(PatchContext.of(PatchType.JSON_MERGE), EDITED_SET);
        Duration edited = stage.await("the StatefulSet as it was", () -> {
            var now = set.get();
            Long found = now.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
            String label = now.getMetadata().getLabels().get(Cluster.LABEL);
            return grace.equals(found) && cluster.name().equals(label)
                    ? Optional.empty()
                    : Optional.of("grace period " + found + ", label " + label);
        });
        stage.note("edited StatefulSet repaired after %.1f s", edited.toMillis() / 1e3);
        stage.awaitReady(cluster);
        for (Pod pod : cluster.pods()) {
            Difference.unless(
                    Cluster.isReady(pod), "%s is not ready", pod.getMetadata().getName());
        }
        Difference.unless(
                cluster.incarnations().equals(before), "pods before: %s, after: %s", before, cluster.incarnations());
    }
}
