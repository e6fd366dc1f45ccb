package io.concordkv.local.kubelet;

import static io.concordkv.local.client.Conditions.isDeleting;
import static io.concordkv.local.client.Conditions.isFinished;

import io.concordkv.local.client.EventRecorder;
import io.concordkv.local.client.ObjectKey;
import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Binds every pod to the one node. Only `nodeSelector` can keep a pod away; affinities, spreading
/// and tolerations always hold on a cluster of one node, or never could.
final class Scheduler implements AutoCloseable {
    private final KubernetesClient client;
    private final String nodeName;
    private final EventRecorder events;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>("scheduler", this::bind);
    private @Nullable SharedIndexInformer<Pod> informer;

    Scheduler(KubernetesClient client, String nodeName) {
        this.client = client;
        this.nodeName = nodeName;
        this.events = new EventRecorder(client, "default-scheduler");
    }

    void start() {
        informer = client.pods().inAnyNamespace().withField("spec.nodeName", "").inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                queue.add(ObjectKey.of(pod));
            }

            @Override
            public void onUpdate(Pod before, Pod now) {
                queue.add(ObjectKey.of(now));
            }

            @Override
            public void onDelete(Pod pod, boolean finalStateUnknown) {
                // Nothing to bind any more.
            }
        });
        queue.start();
    }

    private Optional<Duration> bind(ObjectKey key) {
        Pod pod =
                client.pods().inNamespace(key.namespace()).withName(key.name()).get();
        if (pod == null || isDeleting(pod) || isFinished(pod)) {
            return Optional.empty();
        }
        String bound = Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
        if (!bound.isEmpty()) {
            return Optional.empty();
        }
        if (!fits(pod)) {
            events.warning(
                    pod, "FailedScheduling", "0/1 nodes are available: 1 node(s) didn't match Pod's node selector.");
            return Optional.of(Duration.ofSeconds(30));
        }
        var binding = new BindingBuilder()
                .withNewMetadata()
                .withName(key.name())
                .withNamespace(key.namespace())
                .withUid(pod.getMetadata().getUid())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(nodeName)
                .endTarget()
                .build();
        client.raw("/api/v1/namespaces/" + key.namespace() + "/pods/" + key.name() + "/binding", "POST", binding);
        events.normal(pod, "Scheduled", "Successfully assigned " + key + " to " + nodeName);
        return Optional.empty();
    }

    private boolean fits(Pod pod) {
        Map<String, String> selector = pod.getSpec().getNodeSelector();
        if (selector == null || selector.isEmpty()) {
            return true;
        }
        var node = client.nodes().withName(nodeName).get();
        return node != null && node.getMetadata().getLabels().entrySet().containsAll(selector.entrySet());
    }

    @Override
    public void close() {
        if (informer != null) {
            informer.stop();
        }
        queue.close();
        events.close();
    }
}
