package io.concordkv.image.train;

import io.concordkv.local.cluster.LocalKubernetes;
import io.concordkv.local.kubelet.ImageTable;
import io.concordkv.local.kubelet.ImageTable.Image;
import io.concordkv.local.kubelet.KubeletSettings;
import io.concordkv.server.training.TrainedProgram;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/// The Kubernetes of `concord up` with a cluster of one node, which the operator founds and reports ready.
final class OperatorRehearsal implements Rehearsal {
    private static final String CLUSTER = """
            apiVersion: concordkv.io/v1alpha1
            kind: ConcordCluster
            metadata:
              name: training
              namespace: default
            spec:
              nodes: 1
              replicationFactor: 1
              shards: 1
              storage:
                size: 1Gi
            """;
    private static final ResourceDefinitionContext CLUSTERS = new ResourceDefinitionContext.Builder()
            .withGroup("concordkv.io")
            .withVersion("v1alpha1")
            .withKind("ConcordCluster")
            .withPlural("concordclusters")
            .withNamespaced(true)
            .build();

    private final LocalKubernetes kubernetes;
    private final KubeletSettings settings;
    private final Path folder;

    private OperatorRehearsal(LocalKubernetes kubernetes, KubeletSettings settings, Path folder) {
        this.kubernetes = kubernetes;
        this.settings = settings;
        this.folder = folder;
    }

    /// @param home top of the clone
    static OperatorRehearsal start(Path home, Path folder) throws IOException {
        List<String> node = BuiltNode.of(home).command(List.of(), List.of());
        var images = new ImageTable(Map.of("concordkv/node", new Image(node, Map.of())));
        var settings = KubeletSettings.of(folder.resolve("kubernetes"), images);
        var kubernetes = LocalKubernetes.start(0, UUID.randomUUID().toString(), settings);
        try {
            try (Stream<Path> files = Files.list(home.resolve("crds/src/main/resources/crds"))) {
                for (Path file : files.sorted().toList()) {
                    apply(kubernetes.client(), Files.newInputStream(file));
                }
            }
            return new OperatorRehearsal(kubernetes, settings, folder);
        } catch (IOException | RuntimeException e) {
            kubernetes.close();
            throw e;
        }
    }

    private static void apply(KubernetesClient client, InputStream yaml) throws IOException {
        try (yaml) {
            client.load(yaml)
                    .items()
                    .forEach(each -> client.resource(each)
                            .patch(new PatchContext.Builder()
                                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                    .withFieldManager("training")
                                    .withForce(true)
                                    .build()));
        }
    }

    @Override
    public void record(TrainedProgram program, Path cache) throws IOException {
        try (var operator = start(program.recording(cache), Place.plain(folder))) {
            apply(kubernetes.client(), new ByteArrayInputStream(CLUSTER.getBytes(StandardCharsets.UTF_8)));
            operator.await("ConcordCluster training is not ready", this::isReady);
            operator.await("no metrics", () -> operator.answers("/q/metrics"));
            operator.stop();
        }
        if (Files.notExists(cache)) {
            throw new IOException("no cache was written\n" + Files.readString(folder.resolve("log")));
        }
    }

    @Override
    public void check(TrainedProgram demanding, Place place) throws IOException {
        try (var operator = start(demanding, place)) {
            operator.await("it is not alive", () -> operator.answers("/q/health/live"));
            operator.stop();
        }
    }

    private OperatorRun start(TrainedProgram program, Place place) throws IOException {
        Files.writeString(place.folder().resolve("kubeconfig"), kubernetes.kubeconfig());
        return OperatorRun.start(program, place, settings.hostsFile("default"));
    }

    private boolean isReady() {
        GenericKubernetesResource cluster = kubernetes
                .client()
                .genericKubernetesResources(CLUSTERS)
                .inNamespace("default")
                .withName("training")
                .get();
        List<Map<?, ?>> conditions = cluster.get("status", "conditions");
        return Objects.requireNonNullElse(conditions, List.<Map<?, ?>>of()).stream()
                .anyMatch(each -> "Ready".equals(each.get("type")) && "True".equals(each.get("status")));
    }

    @Override
    public void close() {
        kubernetes.close();
    }
}
