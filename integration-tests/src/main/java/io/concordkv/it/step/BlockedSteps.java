package io.concordkv.it.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Sample;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What Kubernetes refuses to a cluster: told with its cause, and over by itself once it is repaired.
final class BlockedSteps {
    private static final String NO_CLASS = "no-such-class";

    /// In the words of Kubernetes; the operator's own advice names the class as well.
    private static final String NOT_FOUND = "\"" + NO_CLASS + "\" not found";

    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

    private BlockedSteps() {}

    static final Step UNBOUND_CLAIM = new Step(
            "unbound-claim",
            "a volume claim that cannot be bound is told with its cause; with its class all goes on",
            BlockedSteps::unboundClaim);
    static final Step QUOTA = new Step(
            "quota", "a quota that refuses pods is told with its cause; without it all goes on", BlockedSteps::quota);

    private static void unboundClaim(Stage stage) throws IOException, InterruptedException {
        Sample sample = temporary(stage, "unbound");
        ObjectNode resource = sample.tree();
        resource.withObject("/spec/storage").put("class", NO_CLASS);
        var cluster = new Cluster(stage.client(), stage.namespace(), sample.name());
        cluster.apply(resource);
        try {
            tells(stage, cluster, NOT_FOUND);
            if (stage.hasMachine()) { // A class is for all namespaces: only where nobody else is.
                stage.client().resource(repairingClass(stage)).create();
                Duration time = stage.awaitReady(cluster);
                stage.note("ready %.1f s after there was the class", time.toMillis() / 1e3);
            }
        } finally {
            try {
                removed(stage, cluster);
            } finally {
                if (stage.hasMachine()) {
                    stage.client()
                            .storage()
                            .v1()
                            .storageClasses()
                            .withName(NO_CLASS)
                            .delete();
                }
            }
        }
    }

    /// The default class under the name that is missing.
    private static StorageClass repairingClass(Stage stage) {
        StorageClass present = stage.client().storage().v1().storageClasses().list().getItems().stream()
                .filter(each -> each.getMetadata().getAnnotations() != null
                        && "true".equals(each.getMetadata().getAnnotations().get(DEFAULT_CLASS)))
                .findFirst()
                .orElseThrow(() -> new Difference("there is no default StorageClass"));
        return new StorageClassBuilder(present)
                .withNewMetadata()
                .withName(NO_CLASS)
                .endMetadata()
                .build();
    }

    /// With a message that names the cause, Ready is not True, and nothing is replaced or restarted.
    private static void tells(Stage stage, Cluster cluster, String cause) throws IOException, InterruptedException {
        Duration time =
                stage.await("a condition that names " + cause, () -> cluster.doesNotSay("Ready", "False", cause));
        stage.note("told within %.1f s", time.toMillis() / 1e3);
        stage.note(
                "%s", Cluster.condition(cluster.get(), "Ready").path("message").asText());
    }

    /// Its volumes go with it.
    private static Sample temporary(Stage stage, String name) throws IOException {
        Sample sample = stage.sample(Sample.File.SINGLE).named(name);
        return sample.with("dataPolicy", TextNode.valueOf("Delete"));
    }

    private static void removed(Stage stage, Cluster cluster) throws IOException, InterruptedException {
        cluster.delete();
        stage.await("deletion of " + cluster.name(), () -> cluster.find().map(_ -> "it is there"));
        stage.await(
                "deletion of its claims",
                () -> cluster.claims().stream().findFirst().map(name -> name + " is there"));
    }

    private static void quota(Stage stage) throws IOException, InterruptedException {
        stage.machine(); // The laptop's endpoint has no quotas.
        Cluster other = stage.ready(Sample.File.CLUSTER);
        List<String> before = other.incarnations();
        int pods = stage.client()
                .pods()
                .inNamespace(stage.namespace())
                .list()
                .getItems()
                .size();
        var quota = new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("no-more-pods")
                .endMetadata()
                .withNewSpec()
                .withHard(Map.of("pods", new Quantity(Integer.toString(pods))))
                .endSpec()
                .build();
        var quotas = stage.client().resourceQuotas().inNamespace(stage.namespace());
        quotas.resource(quota).create();
        Sample sample = temporary(stage, "refused");
        var cluster = new Cluster(stage.client(), stage.namespace(), sample.name());
        try {
            stage.await("the quota to be counted", () -> {
                var status = quotas.withName("no-more-pods").get().getStatus();
                return status == null
                                || status.getUsed() == null
                                || status.getUsed().isEmpty()
                        ? Optional.of("it is not")
                        : Optional.empty();
            });
            cluster.apply(sample.object());
            tells(stage, cluster, "no-more-pods");
            quotas.withName("no-more-pods").delete();
            Duration time = stage.awaitReady(cluster);
            stage.note("ready %.1f s after the quota was gone", time.toMillis() / 1e3);
        } finally {
            quotas.withName("no-more-pods").delete();
            removed(stage, cluster);
        }
        Difference.unless(
                other.incarnations().equals(before), "pods before: %s, after: %s", before, other.incarnations());
    }
}
