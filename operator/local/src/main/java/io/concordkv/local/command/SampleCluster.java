package io.concordkv.local.command;

import io.concordkv.local.client.Conditions;
import io.concordkv.local.command.SupervisorState.Report;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/// The objects of the sample file, and how the ConcordCluster among them is doing.
final class SampleCluster {
    private static final ResourceDefinitionContext CLUSTERS = new ResourceDefinitionContext.Builder()
            .withGroup("concordkv.io")
            .withVersion("v1alpha1")
            .withKind("ConcordCluster")
            .withPlural("concordclusters")
            .withNamespaced(true)
            .build();
    private static final String NAMESPACE = "default";
    private static final int HTTP_PORT = 8080;
    private static final int ADMIN_PORT = 9000;

    private final KubernetesClient client;
    /// Kubernetes times have whole seconds.
    private final Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private String namespace = NAMESPACE;
    private String name = "";

    SampleCluster(KubernetesClient client) {
        this.client = client;
    }

    /// Applies every document of a file by server-side apply.
    void apply(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            for (HasMetadata object : client.load(in).items()) {
                if (object.getMetadata().getNamespace() == null) {
                    object.getMetadata().setNamespace(NAMESPACE);
                }
                apply(object);
                if (object.getKind().equals("ConcordCluster") && name.isEmpty()) {
                    name = object.getMetadata().getName();
                    namespace = object.getMetadata().getNamespace();
                }
            }
        }
    }

    void apply(HasMetadata object) {
        client.resource(object)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("concord-up")
                        .withForce(true)
                        .build());
    }

    boolean hasCluster() {
        return !name.isEmpty();
    }

    /// Empty when the cluster is ready; else what its `Ready` condition says, or which pods are
    /// missing: after a restart the condition is old until the operator has looked again.
    Optional<String> notReady() {
        var cluster = client.genericKubernetesResources(CLUSTERS)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (cluster == null) {
            return Optional.of("ConcordCluster " + name + " is gone");
        }
        for (Map<?, ?> condition : conditions(cluster)) {
            if ("Ready".equals(condition.get("type"))) {
                return "True".equals(condition.get("status"))
                        ? podsNotReady(cluster)
                        : Optional.of("Ready is " + condition.get("status") + ", " + condition.get("reason") + ": "
                                + condition.get("message"));
            }
        }
        return Optional.of("the operator has not reported on ConcordCluster " + name + " yet");
    }

    private Optional<String> podsNotReady(GenericKubernetesResource cluster) {
        Integer wanted = cluster.get("spec", "nodes");
        long ready = pods().stream().filter(this::runsSinceBegin).count();
        return wanted == null || ready >= wanted
                ? Optional.empty()
                : Optional.of(ready + " of " + wanted + " pods are ready");
    }

    private boolean runsSinceBegin(Pod pod) {
        return Conditions.isReady(pod)
                && pod.getStatus().getContainerStatuses().stream()
                        .map(ContainerStatus::getState)
                        .allMatch(state -> state.getRunning() != null
                                && !Instant.parse(state.getRunning().getStartedAt())
                                        .isBefore(begin));
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("concordkv.io/cluster", name)
                .list()
                .getItems();
    }

    private static List<Map<?, ?>> conditions(GenericKubernetesResource cluster) {
        List<Map<?, ?>> conditions = cluster.get("status", "conditions");
        return Objects.requireNonNullElse(conditions, List.of());
    }

    Report report(Path kubeconfig, Path log) {
        var pods =
                client.pods().inNamespace(namespace).withLabel("concordkv.io/cluster", name).list().getItems().stream()
                        .filter(pod ->
                                pod.getStatus() != null && pod.getStatus().getPodIP() != null)
                        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                        .toList();
        BiFunction<Pod, Integer, String> url =
                (pod, port) -> "http://" + pod.getStatus().getPodIP() + ":" + port;
        return new Report(
                name,
                namespace,
                service(),
                pods.stream().map(pod -> url.apply(pod, HTTP_PORT)).toList(),
                pods.stream().map(pod -> url.apply(pod, ADMIN_PORT)).toList(),
                kubeconfig.toString(),
                log.toString());
    }

    private String service() {
        if (name.isEmpty()) {
            return "";
        }
        var service = client.services().inNamespace(namespace).withName(name).get();
        String address = service == null ? null : service.getSpec().getClusterIP();
        return address == null || address.isEmpty() || address.equals("None")
                ? ""
                : "http://" + address + ":" + HTTP_PORT;
    }
}
