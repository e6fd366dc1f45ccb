package io.concordkv.it.step;

import io.concordkv.it.conformance.Stage;
import io.concordkv.it.conformance.Step;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.Operator;
import io.concordkv.it.kube.Sample;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A cluster that is as declared causes no write but that of the operator's own Lease. Every write of
/// an object changes its resourceVersion, so comparing them before and after finds all.
final class IdleStep {
    private IdleStep() {}

    static final Step IDLE = new Step("idle", "nothing is written while nothing changes", IdleStep::idle);

    /// Leaders go back to where they belong after 30 s of calm, and the operator, which looks every 30 s
    /// then, tells of that once in the status. A write within this time starts the watch anew; a later
    /// one is a difference.
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(75);

    private static void idle(Stage stage) throws IOException, InterruptedException {
        stage.ready(Sample.File.CLUSTER);
        long began = System.nanoTime();
        long quietSince = began;
        Map<String, HasMetadata> before = objects(stage.client(), stage.namespace());
        long position = stage.hasMachine() ? stage.machine().audit().end() : 0;
        for (long quiet = 0; quiet < stage.extent().idle().toNanos(); quiet = System.nanoTime() - quietSince) {
            stage.tell("watching %d objects, %d s to go"
                    .formatted(
                            before.size(),
                            stage.extent().idle().minusNanos(quiet).toSeconds()));
            stage.pause(Duration.ofSeconds(1));
            Map<String, HasMetadata> now = objects(stage.client(), stage.namespace());
            List<String> differences = differences(before, now);
            if (!differences.isEmpty()) {
                long nanos = System.nanoTime() - began;
                Difference.unless(
                        nanos < SETTLES_WITHIN.toNanos(),
                        "written %.1f s after the cluster was ready: %s",
                        nanos / 1e9,
                        differences);
                stage.note("settled after %.1f s: %s", nanos / 1e9, differences);
                before = now;
                quietSince = System.nanoTime();
                position = stage.hasMachine() ? stage.machine().audit().end() : 0;
            }
        }
        if (stage.hasMachine()) {
            List<String> written = stage.machine().audit().writes(position, Operator.NAME);
            Difference.unless(written.isEmpty(), "the audit log shows writes of the operator: %s", written);
            stage.note("the audit log shows no write of the operator but of its Lease");
        }
        stage.note(
                "%d objects, no write within %d s",
                before.size(), stage.extent().idle().toSeconds());
    }

    /// Everything the operator may write, by kind and name. Leases are left out.
    private static Map<String, HasMetadata> objects(KubernetesClient client, String namespace) {
        var objects = new TreeMap<String, HasMetadata>();
        Stream.<List<? extends HasMetadata>>of(
                        client.genericKubernetesResources(Cluster.TYPE)
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.services().inNamespace(namespace).list().getItems(),
                        client.configMaps().inNamespace(namespace).list().getItems(),
                        client.serviceAccounts().inNamespace(namespace).list().getItems(),
                        client.network()
                                .v1()
                                .networkPolicies()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.pods().inNamespace(namespace).list().getItems(),
                        client.persistentVolumeClaims()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.v1().events().inNamespace(namespace).list().getItems())
                .flatMap(List::stream)
                .forEach(object -> objects.put(
                        object.getKind() + " " + object.getMetadata().getName(), object));
        return objects;
    }

    private static List<String> differences(Map<String, HasMetadata> before, Map<String, HasMetadata> after) {
        var differences = new ArrayList<String>();
        after.forEach((name, object) -> {
            HasMetadata old = before.get(name);
            if (old == null) {
                differences.add(name + " is new");
            } else if (!old.getMetadata()
                    .getResourceVersion()
                    .equals(object.getMetadata().getResourceVersion())) {
                differences.add(name + " by " + lastWriter(object));
            }
        });
        // Events expire by themselves.
        before.keySet().stream()
                .filter(name -> !after.containsKey(name) && !name.startsWith("Event "))
                .forEach(name -> differences.add(name + " is gone"));
        return differences;
    }

    private static String lastWriter(HasMetadata object) {
        return object.getMetadata().getManagedFields().stream()
                .filter(entry -> entry.getTime() != null)
                .max(Comparator.comparing(ManagedFieldsEntry::getTime))
                .map(entry -> entry.getManager() + " at " + entry.getTime())
                .orElse("somebody");
    }
}
