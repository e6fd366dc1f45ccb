package io.concordkv.operator.render;

import io.concordkv.crds.ConcordCluster;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.Map;

/// Who may speak with the nodes, and with whom they speak.
///
/// | port | in from                              | out to                |
/// |------|--------------------------------------|-----------------------|
/// | 8080 | anybody                              | nodes of this cluster |
/// | 7070 | nodes of this cluster                | nodes of this cluster |
/// | 9000 | nodes of this cluster, the operator  | nodes of this cluster |
/// | 53   |                                      | anybody: names        |
///
/// Probes come from the kubelet, which no policy can keep away.
final class NodeTraffic {
    private static final int DNS_PORT = 53;

    private NodeTraffic() {}

    static NetworkPolicy of(ConcordCluster cluster) {
        String name = cluster.getMetadata().getName();
        NetworkPolicyPeer sameCluster =
                new NetworkPolicyPeerBuilder().withPodSelector(nodes(name)).build();
        return new NetworkPolicyBuilder()
                .withMetadata(ClusterObjects.metadata(cluster, name, Names.labels(name)))
                .withNewSpec()
                .withPodSelector(nodes(name))
                .withPolicyTypes("Ingress", "Egress")
                .withIngress(
                        into(NodeContainer.HTTP_PORT),
                        into(NodeContainer.PEER_PORT, sameCluster),
                        into(NodeContainer.ADMIN_PORT, sameCluster, operator()))
                .withEgress(names(), toNodes(sameCluster))
                .endSpec()
                .build();
    }

    private static LabelSelector nodes(String cluster) {
        return new LabelSelectorBuilder()
                .withMatchLabels(Names.selector(cluster))
                .build();
    }

    /// In whatever namespace it runs.
    private static NetworkPolicyPeer operator() {
        return new NetworkPolicyPeerBuilder()
                .withNamespaceSelector(new LabelSelector())
                .withNewPodSelector()
                .withMatchLabels(Map.of("app.kubernetes.io/name", Names.MANAGER))
                .endPodSelector()
                .build();
    }

    private static NetworkPolicyIngressRule into(int port, NetworkPolicyPeer... from) {
        return new NetworkPolicyIngressRuleBuilder()
                .withPorts(port("TCP", port))
                .withFrom(from)
                .build();
    }

    private static NetworkPolicyEgressRule names() {
        return new NetworkPolicyEgressRuleBuilder()
                .withPorts(port("UDP", DNS_PORT), port("TCP", DNS_PORT))
                .build();
    }

    private static NetworkPolicyEgressRule toNodes(NetworkPolicyPeer sameCluster) {
        return new NetworkPolicyEgressRuleBuilder()
                .withPorts(
                        port("TCP", NodeContainer.PEER_PORT),
                        port("TCP", NodeContainer.HTTP_PORT),
                        port("TCP", NodeContainer.ADMIN_PORT))
                .withTo(sameCluster)
                .build();
    }

    private static NetworkPolicyPort port(String protocol, int number) {
        return new NetworkPolicyPortBuilder()
                .withProtocol(protocol)
                .withPort(new IntOrString(number))
                .build();
    }
}
