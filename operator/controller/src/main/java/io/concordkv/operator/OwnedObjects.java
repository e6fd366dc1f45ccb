package io.concordkv.operator;

import io.concordkv.crds.ConcordCluster;
import io.concordkv.operator.observe.LiveObjects;
import io.concordkv.operator.render.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Caches of everything that belongs to clusters. Only objects that carry our label are watched, so
/// memory does not grow with the rest of the Kubernetes cluster.
final class OwnedObjects {
    private static final List<Class<? extends HasMetadata>> TYPES = List.of(
            ServiceAccount.class,
            ConfigMap.class,
            Service.class,
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

    private static Set<ResourceID> owner(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getLabels())
                .map(labels -> labels.get(Names.CLUSTER_LABEL))
                .map(cluster ->
                        Set.of(new ResourceID(cluster, object.getMetadata().getNamespace())))
                .orElse(Set.of());
    }
}
