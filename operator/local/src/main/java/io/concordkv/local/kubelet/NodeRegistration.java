package io.concordkv.local.kubelet;

import io.concordkv.local.object.KubernetesVersion;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/// The Node object and its Lease, renewed every 10 s.
final class NodeRegistration implements AutoCloseable {
    private static final Logger LOG = System.getLogger(NodeRegistration.class.getName());
    private static final Duration RENEW = Duration.ofSeconds(10);
    private static final String LEASES = "kube-node-lease";

    private final KubernetesClient client;
    private final String name;
    private final String address;
    private final Thread thread;

    NodeRegistration(KubernetesClient client, String name, String address) {
        this.client = client;
        this.name = name;
        this.address = address;
        this.thread = Thread.ofVirtual().name("node lease").unstarted(this::run);
    }

    void start() {
        register();
        thread.start();
    }

    private void register() {
        var node = node();
        var existing = client.nodes().withName(name).get();
        if (existing == null) {
            client.resource(node).create();
        }
        client.nodes()
                .withName(name)
                .editStatus(present ->
                        new NodeBuilder(present).withStatus(node.getStatus()).build());
        if (client.namespaces().withName(LEASES).get() == null) {
            client.resource(new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                            .withNewMetadata()
                            .withName(LEASES)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    private Node node() {
        String cpus = Integer.toString(Runtime.getRuntime().availableProcessors());
        Map<String, Quantity> room = Map.of(
                "cpu", new Quantity(cpus),
                "memory", new Quantity("16Gi"),
                "ephemeral-storage", new Quantity("100Gi"),
                "pods", new Quantity("110"));
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .addToLabels("kubernetes.io/os", "linux")
                .addToLabels("kubernetes.io/arch", architecture())
                .addToLabels("topology.kubernetes.io/zone", "local")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withCapacity(room)
                .withAllocatable(room)
                .addNewAddress()
                .withType("InternalIP")
                .withAddress(address)
                .endAddress()
                .addNewAddress()
                .withType("Hostname")
                .withAddress(name)
                .endAddress()
                .withConditions(conditions())
                .withNewNodeInfo()
                .withKubeletVersion(KubernetesVersion.FULL + "-concordkv.local")
                .withOperatingSystem("linux")
                .withArchitecture(architecture())
                .withContainerRuntimeVersion("process://1")
                .withKubeProxyVersion("")
                .withOsImage(System.getProperty("os.name"))
                .withKernelVersion(System.getProperty("os.version"))
                .withMachineID("")
                .withSystemUUID("")
                .withBootID("")
                .endNodeInfo()
                .endStatus()
                .build();
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static List<NodeCondition> conditions() {
        return List.of(
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID"),
                condition("Ready", "True", "KubeletReady"));
    }

    private static NodeCondition condition(String type, String status, String reason) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage("pods run as processes on this machine")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .build();
    }

    private void run() {
        while (true) {
            try {
                renew();
            } catch (KubernetesClientException failure) {
                LOG.log(Level.DEBUG, "lease not renewed: {0}", failure.toString());
            }
            try {
                Thread.sleep(RENEW);
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    private void renew() {
        var now = ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
        var resource = client.leases().inNamespace(LEASES).withName(name);
        var lease = resource.get();
        if (lease == null) {
            client.resource(new LeaseBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .withNamespace(LEASES)
                            .endMetadata()
                            .withNewSpec()
                            .withHolderIdentity(name)
                            .withLeaseDurationSeconds(40)
                            .withRenewTime(now)
                            .endSpec()
                            .build())
                    .create();
        } else {
            client.resource(new LeaseBuilder(lease)
                            .editSpec()
                            .withRenewTime(now)
                            .endSpec()
                            .build())
                    .update();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
