package io.concordkv.local.kubelet;

import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Names and addresses of Services on this machine: follows Services and Endpoints, and keeps hosts
/// files and forwarders as they say.
public final class ServiceNetwork implements AutoCloseable {
    private static final String ALL = "services";

    private final HostsFiles hosts;
    private final ServiceForwarder forwarder;
    private final WorkQueue<String> queue = new WorkQueue<>("service network", this::refresh);
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<Endpoints> endpoints;

    private ServiceNetwork(KubernetesClient client, Vertx vertx, Path hostsDirectory) {
        this.hosts = new HostsFiles(hostsDirectory);
        this.forwarder = new ServiceForwarder(vertx);
        this.services = client.services().inAnyNamespace().inform(new Handler<>());
        this.endpoints = client.endpoints().inAnyNamespace().inform(new Handler<>());
    }

    /// @param client and `vertx` stay the caller's, who closes them after this
    public static ServiceNetwork start(KubernetesClient client, Vertx vertx, KubeletSettings settings)
            throws IOException {
        Files.createDirectories(settings.hosts());
        var network = new ServiceNetwork(client, vertx, settings.hosts());
        network.queue.start();
        network.queue.add(ALL);
        return network;
    }

    private Optional<Duration> refresh(String all) {
        var currentServices = services.getStore().list();
        var currentEndpoints = endpoints.getStore().list();
        try {
            hosts.write(currentServices, currentEndpoints);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        forwarder.update(targets(currentServices, currentEndpoints));
        return Optional.empty();
    }

    private static Map<SocketAddress, List<SocketAddress>> targets(List<Service> services, List<Endpoints> endpoints) {
        var targets = new HashMap<SocketAddress, List<SocketAddress>>();
        for (var service : services) {
            String address = Objects.requireNonNullElse(service.getSpec().getClusterIP(), "");
            if (!address.startsWith("127.")) {
                continue;
            }
            for (var port : service.getSpec().getPorts()) {
                targets.put(SocketAddress.inetSocketAddress(port.getPort(), address), behind(service, port, endpoints));
            }
        }
        return targets;
    }

    private static List<SocketAddress> behind(Service service, ServicePort port, List<Endpoints> endpoints) {
        return endpoints.stream()
                .filter(candidate -> isOf(service, candidate))
                .flatMap(found -> found.getSubsets().stream())
                .flatMap(subset -> subset.getPorts().stream()
                        .filter(candidate -> Objects.equals(candidate.getName(), port.getName()))
                        .flatMap(candidate -> subset.getAddresses().stream()
                                .map(address -> SocketAddress.inetSocketAddress(candidate.getPort(), address.getIp()))))
                .toList();
    }

    private static boolean isOf(Service service, HasMetadata endpoints) {
        return endpoints.getMetadata().getName().equals(service.getMetadata().getName())
                && endpoints
                        .getMetadata()
                        .getNamespace()
                        .equals(service.getMetadata().getNamespace());
    }

    private final class Handler<T> implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            queue.add(ALL);
        }

        @Override
        public void onUpdate(T before, T now) {
            queue.add(ALL);
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            queue.add(ALL);
        }
    }

    @Override
    public void close() {
        services.stop();
        endpoints.stop();
        queue.close();
        forwarder.close();
    }
}
