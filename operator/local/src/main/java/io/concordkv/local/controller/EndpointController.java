package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.isDeleting;
import static io.concordkv.local.client.Conditions.isFinished;
import static io.concordkv.local.client.Conditions.isReady;

import io.concordkv.local.client.ObjectKey;
import io.concordkv.local.client.WorkQueue;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes the addresses behind each Service with a selector, as Endpoints and as one EndpointSlice.
/// Not-ready pods are listed as ready when the Service publishes them (`publishNotReadyAddresses`).
final class EndpointController implements Controller {
    private final KubernetesClient client;
    private final WorkQueue<ObjectKey> queue = new WorkQueue<>("endpoint-controller", this::reconcile);
    private final Watching watching = new Watching();

    EndpointController(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void start() {
        SharedIndexInformer<Service> services =
                watching.each(client.services().inAnyNamespace(), service -> queue.add(ObjectKey.of(service)));
        watching.each(
                client.pods().inAnyNamespace(),
                pod -> services.getStore().list().stream()
                        .filter(service -> selects(service, pod))
                        .forEach(service -> queue.add(ObjectKey.of(service))));
        queue.start();
    }

    static boolean selects(Service service, Pod pod) {
        Map<String, String> selector = service.getSpec().getSelector();
        Map<String, String> labels = pod.getMetadata().getLabels();
        return selector != null
                && !selector.isEmpty()
                && labels != null
                && service.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace())
                && labels.entrySet().containsAll(selector.entrySet());
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        var service = client.services()
                .inNamespace(key.namespace())
                .withName(key.name())
                .get();
        if (service == null) {
            // The slice goes with its owner; Endpoints have none and go here, as in Kubernetes.
            client.endpoints().inNamespace(key.namespace()).withName(key.name()).delete();
            return Optional.empty();
        }
        var selector = service.getSpec().getSelector();
        if (selector == null || selector.isEmpty()) {
            return Optional.empty();
        }
        var pods = client.pods().inNamespace(key.namespace()).withLabels(selector).list().getItems().stream()
                .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null && !isFinished(pod))
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
        writeEndpoints(service, pods);
        writeSlice(service, pods);
        return Optional.empty();
    }

    private static boolean publishes(Service service) {
        return Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
    }

    private static boolean isHostOf(Service service, Pod pod) {
        return pod.getSpec().getHostname() != null
                && service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
    }

    private void writeEndpoints(Service service, List<Pod> pods) {
        var ready = new ArrayList<EndpointAddress>();
        var notReady = new ArrayList<EndpointAddress>();
        for (var pod : pods) {
            boolean serves = publishes(service) || (isReady(pod) && !isDeleting(pod));
            if (serves || !isDeleting(pod)) {
                (serves ? ready : notReady).add(address(service, pod));
            }
        }
        List<EndpointSubset> subsets = ready.isEmpty() && notReady.isEmpty()
                ? List.of()
                : List.of(new EndpointSubsetBuilder()
                        .withAddresses(ready)
                        .withNotReadyAddresses(notReady)
                        .withPorts(ports(service, pods))
                        .build());
        var resource = client.endpoints()
                .inNamespace(service.getMetadata().getNamespace())
                .withName(service.getMetadata().getName());
        var before = resource.get();
        if (before == null) {
            client.resource(new EndpointsBuilder()
                            .withNewMetadata()
                            .withName(service.getMetadata().getName())
                            .withNamespace(service.getMetadata().getNamespace())
                            .withLabels(service.getMetadata().getLabels())
                            .endMetadata()
                            .withSubsets(subsets)
                            .build())
                    .create();
        } else if (!before.getSubsets().equals(subsets)) {
            client.resource(new EndpointsBuilder(before).withSubsets(subsets).build())
                    .update();
        }
    }

    private static EndpointAddress address(Service service, Pod pod) {
        return new EndpointAddressBuilder()
                .withIp(pod.getStatus().getPodIP())
                .withNodeName(pod.getSpec().getNodeName())
                .withHostname(isHostOf(service, pod) ? pod.getSpec().getHostname() : null)
                .withNewTargetRef()
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withNamespace(pod.getMetadata().getNamespace())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }

    private static List<EndpointPort> ports(Service service, List<Pod> pods) {
        return service.getSpec().getPorts().stream()
                .map(port -> new EndpointPortBuilder()
                        .withName(port.getName())
                        .withPort(ServicePorts.target(port, pods))
                        .withProtocol(port.getProtocol() == null ? "TCP" : port.getProtocol())
                        .build())
                .toList();
    }

    private void writeSlice(Service service, List<Pod> pods) {
        var endpoints = pods.stream().map(pod -> endpoint(service, pod)).toList();
        var ports = ports(service, pods).stream()
                .map(port -> new io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder()
                        .withName(port.getName() == null ? "" : port.getName())
                        .withPort(port.getPort())
                        .withProtocol(port.getProtocol())
                        .build())
                .toList();
        var slices = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(service.getMetadata().getNamespace())
                .withLabel("kubernetes.io/service-name", service.getMetadata().getName())
                .list()
                .getItems();
        if (slices.isEmpty()) {
            client.resource(new EndpointSliceBuilder()
                            .withNewMetadata()
                            .withGenerateName(service.getMetadata().getName() + "-")
                            .withNamespace(service.getMetadata().getNamespace())
                            .withLabels(service.getMetadata().getLabels())
                            .addToLabels(
                                    "kubernetes.io/service-name",
                                    service.getMetadata().getName())
                            .addToLabels("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                            .addNewOwnerReference()
                            .withApiVersion("v1")
                            .withKind("Service")
                            .withName(service.getMetadata().getName())
                            .withUid(service.getMetadata().getUid())
                            .withController(true)
                            .withBlockOwnerDeletion(true)
                            .endOwnerReference()
                            .endMetadata()
                            .withAddressType("IPv4")
                            .withEndpoints(endpoints)
                            .withPorts(ports)
                            .build())
                    .create();
        } else if (!slices.getFirst().getEndpoints().equals(endpoints)
                || !slices.getFirst().getPorts().equals(ports)) {
            client.resource(new EndpointSliceBuilder(slices.getFirst())
                            .withEndpoints(endpoints)
                            .withPorts(ports)
                            .build())
                    .update();
        }
    }

    private static Endpoint endpoint(Service service, Pod pod) {
        boolean serving = isReady(pod);
        return new EndpointBuilder()
                .withAddresses(pod.getStatus().getPodIP())
                .withHostname(isHostOf(service, pod) ? pod.getSpec().getHostname() : null)
                .withNodeName(pod.getSpec().getNodeName())
                .withNewConditions()
                .withReady(publishes(service) || (serving && !isDeleting(pod)))
                .withServing(serving)
                .withTerminating(isDeleting(pod))
                .endConditions()
                .withNewTargetRef()
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withNamespace(pod.getMetadata().getNamespace())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }

    @Override
    public void close() {
        watching.close();
        queue.close();
    }
}
