package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/// The names that a cluster's DNS would answer, as files in the format of `/etc/hosts`: one for each
/// namespace, since short names mean something else in each. Replaced atomically; a process reads
/// its file again when it has changed.
///
/// A headless Service gives `<service>` once for each ready address and `<pod>.<service>` for each
/// pod; any other its cluster address. Each name comes short (own namespace only), with `.<namespace>`,
/// `.<namespace>.svc` and `.<namespace>.svc.cluster.local`.
final class HostsFiles {
    private final Path directory;

    HostsFiles(Path directory) {
        this.directory = directory;
    }

    void write(List<Service> services, List<Endpoints> endpoints) throws IOException {
        var namespaces = new TreeSet<String>();
        services.forEach(service -> namespaces.add(service.getMetadata().getNamespace()));
        try (var files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .forEach(namespaces::add);
        }
        for (String namespace : namespaces) {
            String text = text(namespace, services, endpoints);
            AtomicFiles.write(directory.resolve(namespace), text.getBytes(StandardCharsets.UTF_8));
        }
    }

    static String text(String viewer, List<Service> services, List<Endpoints> endpoints) {
        var lines = new TreeSet<String>();
        for (var service : services) {
            String name = service.getMetadata().getName();
            String namespace = service.getMetadata().getNamespace();
            String clusterAddress = Objects.requireNonNullElse(service.getSpec().getClusterIP(), "");
            if (!clusterAddress.isEmpty() && !clusterAddress.equals("None")) {
                lines.add(clusterAddress + " " + names(viewer, namespace, name));
                continue;
            }
            for (var address : addresses(service, endpoints)) {
                lines.add(address.getIp() + " " + names(viewer, namespace, name));
                if (address.getHostname() != null) {
                    lines.add(address.getIp() + " " + names(viewer, namespace, address.getHostname() + "." + name));
                }
            }
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static List<EndpointAddress> addresses(Service service, List<Endpoints> endpoints) {
        return endpoints.stream()
                .filter(candidate -> candidate
                                .getMetadata()
                                .getName()
                                .equals(service.getMetadata().getName())
                        && candidate
                                .getMetadata()
                                .getNamespace()
                                .equals(service.getMetadata().getNamespace()))
                .flatMap(found -> found.getSubsets().stream())
                .flatMap(subset -> subset.getAddresses().stream())
                .toList();
    }

    private static String names(String viewer, String namespace, String name) {
        var names = new ArrayList<String>();
        if (viewer.equals(namespace)) {
            names.add(name);
        }
        String qualified = name + "." + namespace;
        names.addAll(List.of(qualified, qualified + ".svc", qualified + ".svc.cluster.local"));
        return String.join(" ", names);
    }
}
