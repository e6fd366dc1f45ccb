package io.concordkv.operator.world;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Gives the pods of one namespace a life: address, a fake node, readiness, an end. An image with
/// tag `fail` stops with a message.
final class FakeKubelet implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FakeKubelet.class);
    private static final String NO_CLASS = "nowhere";
    static final String FAILURE = "unknown setting concord.nonsense";

    private final KubernetesClient client;
    private final String namespace;
    private final String addressPrefix;
    private final int port;
    private final FakeCluster cluster;
    private final Supplier<Gate> gate;
    private final Map<String, FakeNode> nodes = new TreeMap<>();
    private final Map<String, String> nameOfUid = new TreeMap<>();
    private final Set<String> expectedEnds = new HashSet<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    FakeKubelet(
            KubernetesClient client,
            String namespace,
            String addressPrefix,
            int port,
            FakeCluster cluster,
            Supplier<Gate> gate) {
        this.client = client;
        this.namespace = namespace;
        this.addressPrefix = addressPrefix;
        this.port = port;
        this.cluster = cluster;
        this.gate = gate;
        thread.scheduleWithFixedDelay(this::turn, 0, 100, TimeUnit.MILLISECONDS);
    }

    /// The next end of this pod is the test's doing, not the operator's.
    synchronized void expectEnd(String pod) {
        expectedEnds.add(pod);
    }

    private synchronized void turn() {
        try {
            var seen = new TreeMap<String, Pod>();
            client.pods()
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(p -> seen.put(p.getMetadata().getUid(), p));
            for (String uid : Set.copyOf(nameOfUid.keySet())) {
                if (!seen.containsKey(uid)) {
                    end(uid);
                }
            }
            for (Map.Entry<String, Pod> entry : seen.entrySet()) {
                if (entry.getValue().getMetadata().getDeletionTimestamp() != null) {
                    end(entry.getKey());
                    client.resource(entry.getValue()).withGracePeriod(0).delete();
                    continue;
                }
                if (!nameOfUid.containsKey(entry.getKey())) {
                    begin(entry.getValue());
                }
                if (nameOfUid.containsKey(entry.getKey())) {
                    report(entry.getValue());
                }
            }
        } catch (KubernetesClientException | IOException e) {
            LOG.debugf("the next turn tries again: %s", e);
        } catch (RuntimeException e) {
            LOG.error("this kubelet is broken", e);
            throw e;
        }
    }

    private void begin(Pod pod) throws IOException {
        String name = pod.getMetadata().getName();
        if (fails(pod)) {
            nameOfUid.put(pod.getMetadata().getUid(), name);
            return;
        }
        var claim = client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName("data-" + name)
                .get();
        if (claim == null) {
            return; // its volume is not there yet
        }
        if (!isBound(claim)) {
            return; // nobody provides it
        }
        nodes.put(name, new FakeNode(name, address(name), port, cluster, gate));
        cluster.start(name, claim.getMetadata().getUid());
        nameOfUid.put(pod.getMetadata().getUid(), name);
    }

    /// Every claim gets a volume but those of class `nowhere`.
    private boolean isBound(PersistentVolumeClaim claim) {
        if (NO_CLASS.equals(claim.getSpec().getStorageClassName())) {
            return false;
        }
        if (!"Bound".equals(claim.getStatus().getPhase())) {
            claim.getStatus().setPhase("Bound");
            client.resource(claim).updateStatus();
        }
        return true;
    }

    private void end(String uid) {
        String name = nameOfUid.remove(uid);
        FakeNode node = name == null ? null : nodes.remove(name);
        if (node != null) {
            cluster.stop(name, !expectedEnds.remove(name));
            node.close();
        }
    }

    private void report(Pod pod) {
        PodStatus status = status(pod);
        if (!same(pod.getStatus(), status)) {
            Pod changed = client.resource(pod).get();
            if (changed == null
                    || !changed.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
                return;
            }
            changed.setStatus(status);
            client.resource(changed).updateStatus();
        }
    }

    private static boolean same(PodStatus before, PodStatus after) {
        return before != null
                && before.getConditions().equals(after.getConditions())
                && before.getContainerStatuses().equals(after.getContainerStatuses());
    }

    private PodStatus status(Pod pod) {
        String name = pod.getMetadata().getName();
        boolean failing = fails(pod);
        boolean ready = !failing && cluster.isReady(name);
        return new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP(address(name))
                .withConditions(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .build())
                .withContainerStatuses(failing ? failed() : running(ready))
                .build();
    }

    private static ContainerStatus running(boolean ready) {
        return new ContainerStatusBuilder()
                .withName("node")
                .withReady(ready)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .build();
    }

    private static ContainerStatus failed() {
        return new ContainerStatusBuilder()
                .withName("node")
                .withReady(false)
                .withNewState()
                .withNewWaiting()
                .withReason("CrashLoopBackOff")
                .endWaiting()
                .endState()
                .withNewLastState()
                .withNewTerminated()
                .withExitCode(1)
                .withMessage(FAILURE)
                .endTerminated()
                .endLastState()
                .build();
    }

    private static boolean fails(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getImage().endsWith(":fail");
    }

    private String address(String name) {
        return addressPrefix + (10 + Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (this) {
            nodes.values().forEach(FakeNode::close);
        }
    }
}
