package io.concordkv.local.cluster;

import static org.awaitility.Awaitility.await;

import io.concordkv.local.client.Conditions;
import io.concordkv.local.kubelet.ImageTable;
import io.concordkv.local.kubelet.ImageTable.Image;
import io.concordkv.local.kubelet.KubeletSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;

/// A local Kubernetes whose pods are small shell programs.
///
/// - `test/counter`: adds a line to `$DATA_DIR/starts`, then waits; ends at once on SIGTERM
/// - `test/stubborn`: ignores SIGTERM
/// - `test/dies`: writes `about to die` as its termination message and to its log, exits with 3
final class TestKubernetes implements AutoCloseable {
    private static final String COUNTER =
            "echo start of $HOSTNAME; [ -z \"$DATA_DIR\" ] || echo $HOSTNAME >> $DATA_DIR/starts;"
                    + " trap 'echo got SIGTERM; exit 0' TERM; while :; do sleep 0.1; done";
    private static final String STUBBORN = "trap '' TERM; while :; do sleep 0.1; done";
    private static final String DIES = "echo dying run; echo about to die > $CONCORD_TERMINATION_LOG; exit 3";

    static final ImageTable IMAGES = new ImageTable(Map.of(
            "concordkv/node", Image.of("/bin/sh", "-c", COUNTER),
            "test/counter", Image.of("/bin/sh", "-c", COUNTER),
            "test/stubborn", Image.of("/bin/sh", "-c", STUBBORN),
            "test/dies", Image.of("/bin/sh", "-c", DIES)));

    private final LocalKubernetes kubernetes;

    private TestKubernetes(LocalKubernetes kubernetes) {
        this.kubernetes = kubernetes;
    }

    static TestKubernetes start(Path directory) throws IOException {
        var settings = KubeletSettings.of(directory, IMAGES).withRestartFirst(Duration.ofSeconds(1));
        return new TestKubernetes(LocalKubernetes.start(0, "test", settings));
    }

    KubernetesClient client() {
        return kubernetes.client();
    }

    LocalKubernetes kubernetes() {
        return kubernetes;
    }

    static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .ignoreException(KubernetesClientException.class); // such as logs of what has not started yet
    }

    /// Creates each object of the YAML, documents separated by `---`.
    List<HasMetadata> apply(String yaml) {
        return client().load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .create();
    }

    Pod pod(String name) {
        return client().pods().inNamespace("default").withName(name).get();
    }

    boolean isReady(String pod) {
        var found = pod(pod);
        return found != null && Conditions.isReady(found);
    }

    @Override
    public void close() {
        kubernetes.close();
    }
}
