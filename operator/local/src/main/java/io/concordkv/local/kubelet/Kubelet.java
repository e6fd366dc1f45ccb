package io.concordkv.local.kubelet;

import io.concordkv.local.client.EventRecorder;
import io.concordkv.local.client.ObjectKey;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// The one node of the local cluster: gives each pod bound to it a [PodWorker], and owns scheduler,
/// volumes and the node's own objects.
public final class Kubelet implements AutoCloseable {
    private static final Duration PROBE_CONNECT = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final KubeletSettings settings;
    private final AddressBlock addresses;
    private final ProcessLedger ledger;
    private final PodLogs logs;
    private final PodVolumes volumes;
    private final EventRecorder events;
    private final ExecutorService probeThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder()
            .executor(probeThreads)
            .connectTimeout(PROBE_CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final NodeRegistration node;
    private final Scheduler scheduler;
    private final ClaimProvisioner provisioner;
    /// Guarded by this object.
    private final Map<ObjectKey, PodWorker> workers = new LinkedHashMap<>();
    private @Nullable SharedIndexInformer<Pod> informer;

    private Kubelet(
            KubernetesClient client,
            KubeletSettings settings,
            AddressBlock addresses,
            ProcessLedger ledger,
            PodLogs logs) {
        this.client = client;
        this.settings = settings;
        this.addresses = addresses;
        this.ledger = ledger;
        this.logs = logs;
        this.volumes = new PodVolumes(client, settings.claims());
        this.events = new EventRecorder(client, "kubelet");
        this.node = new NodeRegistration(client, settings.nodeName(), addresses.nodeAddress());
        this.scheduler = new Scheduler(client, settings.nodeName());
        this.provisioner = new ClaimProvisioner(client, settings.claims());
    }

    /// @param client  of an administrator; the caller closes it, the block and the ledger, after this
    /// @param logs    what the API endpoint asks for logs; filled by this kubelet
    public static Kubelet start(
            KubernetesClient client,
            KubeletSettings settings,
            AddressBlock addresses,
            ProcessLedger ledger,
            PodLogs logs)
            throws IOException {
        Files.createDirectories(settings.pods());
        Files.createDirectories(settings.claims());
        Files.createDirectories(settings.hosts());
        var kubelet = new Kubelet(client, settings, addresses, ledger, logs);
        kubelet.node.start();
        kubelet.provisioner.start();
        kubelet.watch();
        kubelet.scheduler.start();
        return kubelet;
    }

    private void watch() {
        informer = client.pods()
                .inAnyNamespace()
                .withField("spec.nodeName", settings.nodeName())
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(Pod pod) {
                        seen(pod);
                    }

                    @Override
                    public void onUpdate(Pod before, Pod now) {
                        seen(now);
                    }

                    @Override
                    public void onDelete(Pod pod, boolean finalStateUnknown) {
                        gone(pod);
                    }
                });
    }

    private synchronized void seen(Pod pod) {
        var key = ObjectKey.of(pod);
        var worker = workers.get(key);
        if (worker != null && worker.uid().equals(pod.getMetadata().getUid())) {
            worker.changed(pod);
            return;
        }
        if (worker != null) {
            worker.gone();
        }
        var alarm = new Alarm();
        var context = new PodContext(
                pod, PodDirectory.of(settings.pods(), pod), settings, ledger, logs, events, http, alarm::ring);
        workers.put(key, new PodWorker(client, addresses, volumes, context, alarm, worker));
    }

    private synchronized void gone(Pod pod) {
        var key = ObjectKey.of(pod);
        var worker = workers.get(key);
        if (worker != null && worker.uid().equals(pod.getMetadata().getUid())) {
            worker.gone();
            // It stays in the map while it ends, so that a new pod of the name waits for it.
            workers.values().removeIf(PodWorker::isDone);
        }
    }

    /// Ends all pods' processes within their grace periods; the pods stay in the API and start again
    /// with the next kubelet.
    @Override
    public void close() {
        scheduler.close();
        if (informer != null) {
            informer.stop();
        }
        List<PodWorker> all;
        synchronized (this) {
            all = List.copyOf(workers.values());
        }
        all.forEach(PodWorker::shutDown);
        try {
            for (var worker : all) {
                worker.awaitDone();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        provisioner.close();
        node.close();
        events.close();
        http.shutdownNow();
        probeThreads.shutdownNow();
    }
}
