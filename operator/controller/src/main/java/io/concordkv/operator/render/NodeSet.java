package io.concordkv.operator.render;

import io.concordkv.crds.ConcordCluster;
import io.concordkv.crds.ConcordClusterSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;

/// The StatefulSet: `Parallel`, so that a cold cluster can find its quorum; `OnDelete`, so that
/// only the operator decides when a node stops.
final class NodeSet {
    /// Leaders move away first, then open requests end.
    private static final long STOP_SECONDS_MAX = 60;

    private static final long USER = 10_001;

    private NodeSet() {}

    static StatefulSet of(ConcordCluster cluster, int replicas) {
        String name = cluster.getMetadata().getName();
        return new StatefulSetBuilder()
                .withMetadata(ClusterObjects.metadata(cluster, Names.set(name), Names.podLabels(name)))
                .withNewSpec()
                .withReplicas(replicas)
                .withServiceName(Names.peers(name))
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewPersistentVolumeClaimRetentionPolicy()
                .withWhenDeleted("Retain")
                .withWhenScaled("Retain")
                .endPersistentVolumeClaimRetentionPolicy()
                .withNewSelector()
                .withMatchLabels(Names.selector(name))
                .endSelector()
                .withTemplate(template(cluster))
                .withVolumeClaimTemplates(claim(name, cluster.getSpec()))
                .endSpec()
                .build();
    }

    private static PodTemplateSpec template(ConcordCluster cluster) {
        String name = cluster.getMetadata().getName();
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(Names.podLabels(name))
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(name)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(STOP_SECONDS_MAX)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withTopologySpreadConstraints(
                        preferSpread(name, "topology.kubernetes.io/zone"), preferSpread(name, "kubernetes.io/hostname"))
                .withContainers(NodeContainer.of(name, cluster.getMetadata().getNamespace(), cluster.getSpec()))
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build();
    }

    private static TopologySpreadConstraint preferSpread(String cluster, String over) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(over)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(Names.selector(cluster))
                .endLabelSelector()
                .build();
    }

    private static PersistentVolumeClaim claim(String cluster, ConcordClusterSpec spec) {
        return new PersistentVolumeClaimBuilder()
                .withApiVersion("v1")
                .withKind("PersistentVolumeClaim")
                .withNewMetadata()
                .withName(NodeContainer.DATA_VOLUME)
                .withLabels(Names.podLabels(cluster))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(spec.storage().storageClass())
                .withNewResources()
                .addToRequests("storage", new Quantity(spec.storage().size()))
                .endResources()
                .endSpec()
                .build();
    }
}
