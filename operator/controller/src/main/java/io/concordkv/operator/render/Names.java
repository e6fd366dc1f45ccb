package io.concordkv.operator.render;

import io.concordkv.crds.ConcordCluster;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Names, labels and owner of everything made for one cluster (API §6).
public final class Names {
    public static final String CLUSTER_LABEL = "concordkv.io/cluster";
    public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
    public static final String MANAGER = "concord-operator";

    /// Of the node, among those of its pod.
    public static final String CONTAINER = "node";

    static final String ZONE = "a";
    static final String POOL = "default";

    private Names() {}

    public static String set(String cluster) {
        return cluster + "-" + ZONE;
    }

    public static String peers(String cluster) {
        return cluster + "-peers";
    }

    /// Full name of a Service. Only the DNS domain that Kubernetes has by default is supported.
    public static String host(String service, String namespace) {
        return service + "." + namespace + ".svc.cluster.local";
    }

    /// Under which name the operator reserves nodes of a cluster: the same for every operator, so that a
    /// new one goes on.
    public static String reservationOwner(String namespace, String cluster) {
        return MANAGER + "/" + namespace + "/" + cluster;
    }

    /// Labels of every object.
    static Map<String, String> labels(String cluster) {
        var labels = new LinkedHashMap<String, String>();
        labels.put("app.kubernetes.io/name", "concordkv");
        labels.put("app.kubernetes.io/instance", cluster);
        labels.put("app.kubernetes.io/component", "node");
        labels.put("app.kubernetes.io/part-of", "concordkv");
        labels.put(MANAGED_BY_LABEL, MANAGER);
        labels.put(CLUSTER_LABEL, cluster);
        return labels;
    }

    /// Labels of pods, claims and their set.
    static Map<String, String> podLabels(String cluster) {
        Map<String, String> labels = labels(cluster);
        labels.put("concordkv.io/zone", ZONE);
        labels.put("concordkv.io/pool", POOL);
        return labels;
    }

    /// What selects the pods of a cluster; never changes, since a StatefulSet's selector cannot.
    /// In one order (that of `Map.of` changes from run to run): a cluster renders to the same bytes.
    static Map<String, String> selector(String cluster) {
        return new TreeMap<>(Map.of(CLUSTER_LABEL, cluster, "concordkv.io/pool", POOL));
    }

    /// The selector as text, for `/scale`.
    public static String selectorText(String cluster) {
        return selector(cluster).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }

    /// Does not block the owner's deletion: that wants a right on the owner's finalizers on API servers
    /// that check it, and our own finalizer keeps the order already.
    static OwnerReference owner(ConcordCluster cluster) {
        return new OwnerReferenceBuilder()
                .withApiVersion(ConcordCluster.GROUP + "/" + ConcordCluster.VERSION)
                .withKind(ConcordCluster.KIND)
                .withName(cluster.getMetadata().getName())
                .withUid(cluster.getMetadata().getUid())
                .withController(true)
                .build();
    }
}
