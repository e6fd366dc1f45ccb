package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.isAvailable;
import static io.concordkv.local.client.Conditions.isDeleting;
import static io.concordkv.local.client.Conditions.isReady;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/// Counts pods into the status of a StatefulSet; writes only what changed.
final class StatefulSetStatusWriter {
    private StatefulSetStatusWriter() {}

    /// @return the current revision as it now stands in the status
    static String write(
            KubernetesClient client, StatefulSet set, List<Pod> pods, StatefulSetRevisions revisions, Instant now) {
        var status = count(set, pods, revisions, now);
        if (!status.equals(set.getStatus())) {
            client.resource(new StatefulSetBuilder(set).withStatus(status).build())
                    .updateStatus();
        }
        return status.getCurrentRevision();
    }

    private static StatefulSetStatus count(
            StatefulSet set, List<Pod> pods, StatefulSetRevisions revisions, Instant now) {
        int minReadySeconds = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        String currentRevision = revisions.currentName();
        int replicas = pods.size();
        int ready = number(pods, pod -> isReady(pod) && !isDeleting(pod));
        int updated = number(pods, pod -> isOf(pod, revisions.updateName()));
        boolean rolling = set.getSpec().getUpdateStrategy() == null
                || !"OnDelete".equals(set.getSpec().getUpdateStrategy().getType());
        if (rolling && updated == replicas && ready == replicas) {
            currentRevision = revisions.updateName();
        }
        String current = currentRevision;
        return new StatefulSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(replicas)
                .withReadyReplicas(ready)
                .withAvailableReplicas(number(pods, pod -> !isDeleting(pod) && isAvailable(pod, minReadySeconds, now)))
                .withCurrentReplicas(number(pods, pod -> isOf(pod, current)))
                .withUpdatedReplicas(updated)
                .withCurrentRevision(current)
                .withUpdateRevision(revisions.updateName())
                .withCollisionCount(0)
                .withConditions(
                        set.getStatus() == null ? List.of() : set.getStatus().getConditions())
                .build();
    }

    private static boolean isOf(Pod pod, String revision) {
        return !isDeleting(pod) && StatefulSetPods.revisionOf(pod).equals(revision);
    }

    private static int number(List<Pod> pods, Predicate<Pod> predicate) {
        return (int) pods.stream().filter(predicate).count();
    }
}
