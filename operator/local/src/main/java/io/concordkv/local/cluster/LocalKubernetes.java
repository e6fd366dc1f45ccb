package io.concordkv.local.cluster;

import io.concordkv.local.api.LocalApiServer;
import io.concordkv.local.controller.LocalControllers;
import io.concordkv.local.kubelet.AddressBlock;
import io.concordkv.local.kubelet.Kubelet;
import io.concordkv.local.kubelet.KubeletSettings;
import io.concordkv.local.kubelet.PodLogs;
import io.concordkv.local.kubelet.ProcessLedger;
import io.concordkv.local.kubelet.ServiceNetwork;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// A whole Kubernetes in this process: API endpoint, controllers, one node. Everything it starts,
/// pods included, ends with [#close()]; objects and volumes stay in the directory.
///
/// | path in the directory | holds                                  |
/// |-----------------------|----------------------------------------|
/// | `api/`                | the API's objects                      |
/// | `volumes/<ns>/<claim>/` | data of claims                       |
/// | `pods/`               | working directories and logs of pods   |
/// | `hosts/<ns>`          | names of pods and Services             |
/// | `processes/`          | one file for each running process      |
public final class LocalKubernetes implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private final LocalApiServer api;
    private final KubernetesClient client;
    /// Closed in the opposite order of their start.
    private final Deque<AutoCloseable> parts;

    /// What can be used as soon as the API answers, before controllers and node have started.
    ///
    /// @param client of an administrator
    public record Endpoint(
            KubernetesClient client, int port, String kubeconfig, AddressBlock addresses, ProcessLedger ledger) {}

    /// Told once, on the starting thread.
    @FunctionalInterface
    public interface ApiListener {
        void apiAnswers(Endpoint endpoint) throws IOException;
    }

    private LocalKubernetes(LocalApiServer api, KubernetesClient client, Deque<AutoCloseable> parts) {
        this.api = api;
        this.client = client;
        this.parts = parts;
    }

    /// @param port  of the API; 0 takes a free one
    /// @param token whoever knows it may do everything
    /// @throws IOException when the port is taken, or the directory cannot be used
    public static LocalKubernetes start(int port, String token, KubeletSettings settings) throws IOException {
        return start(port, token, settings, endpoint -> {});
    }

    /// As above; `listener` may start clients that take a while to come up.
    public static LocalKubernetes start(int port, String token, KubeletSettings settings, ApiListener listener)
            throws IOException {
        Path directory = settings.directory();
        var parts = new ArrayDeque<AutoCloseable>();
        try {
            var ledger = keep(parts, ProcessLedger.open(directory.resolve("processes")));
            var addresses = keep(parts, AddressBlock.claim(directory.toString().hashCode()));
            var logs = new PodLogs();
            var api = keep(
                    parts,
                    LocalApiServer.start(new LocalApiServer.Options(
                            LOOPBACK, port, directory.resolve("api"), token, logs, addresses.servicePrefix())));
            var client = keep(
                    parts,
                    new KubernetesClientBuilder()
                            .withConfig(Config.fromKubeconfig(api.kubeconfig()))
                            .build());
            listener.apiAnswers(new Endpoint(client, api.port(), api.kubeconfig(), addresses, ledger));
            keep(parts, LocalControllers.start(client));
            var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
            parts.push(() ->
                    vertx.close().toCompletionStage().toCompletableFuture().join());
            keep(parts, ServiceNetwork.start(client, vertx, settings));
            keep(parts, Kubelet.start(client, settings, addresses, ledger, logs));
            return new LocalKubernetes(api, client, parts);
        } catch (IOException | RuntimeException failure) {
            closeAll(parts, failure);
            throw failure;
        }
    }

    private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> parts, T part) {
        parts.push(part);
        return part;
    }

    /// Of an administrator; lives as long as this.
    public KubernetesClient client() {
        return client;
    }

    /// Without the token.
    public String address() {
        return LOOPBACK + ":" + api.port();
    }

    public String kubeconfig() {
        return api.kubeconfig();
    }

    @Override
    public void close() {
        var trouble = new IllegalStateException("a part of the local Kubernetes did not close");
        closeAll(parts, trouble);
        if (trouble.getSuppressed().length > 0) {
            throw trouble;
        }
    }

    private static void closeAll(Deque<AutoCloseable> parts, Exception trouble) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception failure) {
                trouble.addSuppressed(failure);
            }
        }
    }
}
