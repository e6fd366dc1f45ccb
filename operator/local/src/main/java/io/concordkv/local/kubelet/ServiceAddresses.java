package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Gives each Service that has none a cluster address of this machine's block. An address of another
/// block, from a time when this one was taken, is replaced: nobody listens there.
final class ServiceAddresses {
    private static final int ADDRESSES = 254;
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final String prefix;

    ServiceAddresses(KubernetesClient client, String prefix) {
        this.client = client;
        this.prefix = prefix;
    }

    void assign(List<Service> services) {
        Set<String> taken = services.stream().map(ServiceAddresses::address).collect(Collectors.toSet());
        for (var service : services) {
            String type = Objects.requireNonNullElse(service.getSpec().getType(), "ClusterIP");
            String address = address(service);
            if (type.equals("ExternalName") || address.equals("None") || address.startsWith(prefix)) {
                continue;
            }
            for (int i = 1; i <= ADDRESSES; i++) {
                if (taken.add(prefix + i)) {
                    write(service, prefix + i);
                    break;
                }
            }
        }
    }

    private static String address(Service service) {
        return Objects.requireNonNullElse(service.getSpec().getClusterIP(), "");
    }

    private void write(Service service, String address) {
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of(
                        "metadata", Map.of("uid", service.getMetadata().getUid()),
                        "spec", Map.of("clusterIP", address, "clusterIPs", List.of(address))));
        try {
            client.services()
                    .inNamespace(service.getMetadata().getNamespace())
                    .withName(service.getMetadata().getName())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        } catch (KubernetesClientException gone) {
            if (gone.getCode() != NOT_FOUND) {
                throw gone;
            }
        }
    }
}
