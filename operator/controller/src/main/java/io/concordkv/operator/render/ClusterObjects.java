package io.concordkv.operator.render;

import io.concordkv.crds.ConcordCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/// Every object a cluster should have, from its spec alone. The same spec gives the same objects,
/// byte for byte.
public final class ClusterObjects {
    private ClusterObjects() {}

    /// @param maxUnavailable of the disruption budget; empty = no budget
    public static List<HasMetadata> of(ConcordCluster cluster, int replicas, OptionalInt maxUnavailable) {
        var objects = new ArrayList<HasMetadata>();
        objects.add(account(cluster));
        objects.add(settings(cluster));
        objects.add(peers(cluster));
        objects.add(clients(cluster));
        objects.add(NodeTraffic.of(cluster));
        maxUnavailable.ifPresent(max -> objects.add(budget(cluster, max)));
        objects.add(NodeSet.of(cluster, replicas));
        return objects;
    }

    private static ServiceAccount account(ConcordCluster cluster) {
        String name = cluster.getMetadata().getName();
        return new ServiceAccountBuilder()
                .withMetadata(metadata(cluster, name, Names.labels(name)))
                .withAutomountServiceAccountToken(false)
                .build();
    }

    /// The settings as a file, for people and tools to read. Nodes get theirs from the pod template.
    private static ConfigMap settings(ConcordCluster cluster) {
        String name = cluster.getMetadata().getName();
        var lines = new StringBuilder();
        new TreeMap<>(cluster.getSpec().config())
                .forEach((key, value) -> lines.append(key)
                        .append('=')
                        .append(value.replace("\\", "\\\\").replace("\n", "\\n"))
                        .append('\n'));
        return new ConfigMapBuilder()
                .withMetadata(metadata(cluster, name, Names.labels(name)))
                .addToData("concord.properties", lines.toString())
                .build();
    }

    /// Names for every pod, ready or not: nodes must find each other before any of them is ready.
    private static Service peers(ConcordCluster cluster) {
        String name = cluster.getMetadata().getName();
        return new ServiceBuilder()
                .withMetadata(metadata(cluster, Names.peers(name), Names.labels(name)))
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Names.selector(name))
                .withPorts(
                        port("peer", NodeContainer.PEER_PORT),
                        port("http", NodeContainer.HTTP_PORT),
                        port("admin", NodeContainer.ADMIN_PORT))
                .endSpec()
                .build();
    }

    private static Service clients(ConcordCluster cluster) {
        String name = cluster.getMetadata().getName();
        return new ServiceBuilder()
                .withMetadata(metadata(cluster, name, Names.labels(name)))
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(Names.selector(name))
                .withPorts(port("http", NodeContainer.HTTP_PORT))
                .endSpec()
                .build();
    }

    private static PodDisruptionBudget budget(ConcordCluster cluster, int maxUnavailable) {
        String name = cluster.getMetadata().getName();
        return new PodDisruptionBudgetBuilder()
                .withMetadata(metadata(cluster, name, Names.labels(name)))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(maxUnavailable))
                .withNewSelector()
                .withMatchLabels(Names.selector(name))
                .endSelector()
                .endSpec()
                .build();
    }

    private static ServicePort port(String name, int number) {
        return new ServicePortBuilder()
                .withName(name)
                .withPort(number)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString(name))
                .build();
    }

    static ObjectMeta metadata(ConcordCluster cluster, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withNamespace(cluster.getMetadata().getNamespace())
                .withName(name)
                .withLabels(labels)
                .withOwnerReferences(Names.owner(cluster))
                .build();
    }
}
