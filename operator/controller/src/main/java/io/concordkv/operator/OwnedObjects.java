package io.concordkv.operator;

import io.concordkv.crds.ConcordCluster;
import io.concordkv.operator.observe.LiveObjects;
import io.concordkv.operator.render.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Caches of everything that belongs to clusters. Only objects that carry our label are watched, so
/// memory does not grow with the rest of the Kubernetes cluster.
final class OwnedObjects {
    private static final List<Class<? extends HasMetadata>> TYPES = List.of(
            ServiceAccount.class,
            ConfigMap.class,
            Service.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            StatefulSet.class,
            Pod.class,
            PersistentVolumeClaim.class);

    private OwnedObjects() {}

    static List<InformerEventSource<?, ConcordCluster>> informers(EventSourceContext<ConcordCluster> context) {
        return TYPES.stream()
                .<InformerEventSource<?, ConcordCluster>>map(type -> informer(type, context))
                .toList();
    }

    static LiveObjects of(Context<ConcordCluster> context) {
        return new LiveObjects(TYPES.stream()
                .flatMap(type -> context.getSecondaryResources(type).stream())
                .toList());
    }

    private static <T extends HasMetadata> InformerEventSource<T, ConcordCluster> informer(
            Class<T> type, EventSourceContext<ConcordCluster> context) {
        var configuration = InformerEventSourceConfiguration.from(type, ConcordCluster.class)
                .withName(type.getSimpleName())
                .withLabelSelector(Names.MANAGED_BY_LABEL + "=" + Names.MANAGER)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(OwnedObjects::owner)
                .build();
        return new InformerEventSource<>(configuration, context);
    }

    /// By owner and by label: pods and claims have only the label, and a label somebody changed must
    /// not hide an object from the cluster that owns it.
    private static Set<ResourceID> owner(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        Stream<String> byReference = object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> reference.getKind().equals(ConcordCluster.KIND)
                        && reference.getApiVersion().startsWith(ConcordCluster.GROUP + "/"))
                .map(OwnerReference::getName);
        Stream<String> byLabel = Stream.ofNullable(object.getMetadata().getLabels())
                .flatMap(labels -> Stream.ofNullable(labels.get(Names.CLUSTER_LABEL)));
        return Stream.concat(byReference, byLabel)
                .map(cluster -> new ResourceID(cluster, namespace))
                .collect(Collectors.toSet());
    }
}
