package io.concordkv.local.controller;

import static io.concordkv.local.client.Conditions.isAvailable;
import static io.concordkv.local.client.Conditions.isDeleting;
import static io.concordkv.local.client.Conditions.isFinished;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/// What one pass over a StatefulSet does: pure, the same pods give the same steps. The rules are
/// those of Kubernetes: ordered sets take one step at a time and wait for each pod, `Parallel` ones
/// do not; `OnDelete` never replaces a pod for its revision.
final class StatefulSetPlan {

    sealed interface Step {
        record Create(int ordinal, String revision) implements Step {}

        record Delete(Pod pod) implements Step {}
    }

    private final StatefulSet set;
    private final NavigableMap<Integer, Pod> pods = new TreeMap<>();
    private final String currentRevision;
    private final String updateRevision;
    private final Instant now;
    private final List<Step> steps = new ArrayList<>();

    private StatefulSetPlan(
            StatefulSet set, List<Pod> pods, String currentRevision, String updateRevision, Instant now) {
        this.set = set;
        this.currentRevision = currentRevision;
        this.updateRevision = updateRevision;
        this.now = now;
        for (var pod : pods) {
            StatefulSetPods.ordinalOf(set, pod.getMetadata().getName())
                    .ifPresent(ordinal -> this.pods.put(ordinal, pod));
        }
    }

    static List<Step> of(StatefulSet set, List<Pod> pods, String currentRevision, String updateRevision, Instant now) {
        var plan = new StatefulSetPlan(set, pods, currentRevision, updateRevision, now);
        if (!isDeleting(set) && plan.fill() && plan.shrink()) {
            plan.replaceOutdated();
        }
        return plan.steps;
    }

    /// @return false when an ordered set has to wait before going on
    private boolean fill() {
        int first = StatefulSetPods.firstOrdinal(set);
        for (int ordinal = first; ordinal < end(); ordinal++) {
            Pod pod = pods.get(ordinal);
            if (pod == null) {
                steps.add(new Step.Create(ordinal, revisionFor(ordinal)));
            } else if (isFinished(pod) && !isDeleting(pod)) {
                steps.add(new Step.Delete(pod));
            } else if (isHealthy(pod)) {
                continue;
            }
            if (isOrderly()) {
                return false;
            }
        }
        return true;
    }

    /// Pods outside the wanted ordinals go, the highest first.
    private boolean shrink() {
        for (var entry : pods.descendingMap().entrySet()) {
            if (isWanted(entry.getKey())) {
                continue;
            }
            if (!isDeleting(entry.getValue())) {
                steps.add(new Step.Delete(entry.getValue()));
            }
            if (isOrderly()) {
                return false;
            }
        }
        return true;
    }

    /// One at a time from the highest ordinal, each after the ones above it are healthy.
    private void replaceOutdated() {
        if (isOnDelete()) {
            return;
        }
        int lowest = StatefulSetPods.firstOrdinal(set) + partition();
        for (var entry : pods.descendingMap().entrySet()) {
            if (entry.getKey() < lowest || !isWanted(entry.getKey())) {
                continue;
            }
            Pod pod = entry.getValue();
            boolean outdated = !StatefulSetPods.revisionOf(pod).equals(updateRevision);
            if (outdated && !isDeleting(pod)) {
                steps.add(new Step.Delete(pod));
                return;
            }
            if (!isHealthy(pod)) {
                return;
            }
        }
    }

    private boolean isHealthy(Pod pod) {
        int minReadySeconds = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        return !isDeleting(pod) && isAvailable(pod, minReadySeconds, now);
    }

    private boolean isWanted(int ordinal) {
        return ordinal >= StatefulSetPods.firstOrdinal(set) && ordinal < end();
    }

    private int end() {
        return StatefulSetPods.firstOrdinal(set) + StatefulSetPods.replicas(set);
    }

    private boolean isOrderly() {
        return !Objects.equals(set.getSpec().getPodManagementPolicy(), "Parallel");
    }

    private boolean isOnDelete() {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy != null && Objects.equals(strategy.getType(), "OnDelete");
    }

    private String revisionFor(int ordinal) {
        boolean below = !isOnDelete() && ordinal < StatefulSetPods.firstOrdinal(set) + partition();
        return below ? currentRevision : updateRevision;
    }

    private int partition() {
        var strategy = set.getSpec().getUpdateStrategy();
        if (strategy == null
                || strategy.getRollingUpdate() == null
                || strategy.getRollingUpdate().getPartition() == null) {
            return 0;
        }
        return strategy.getRollingUpdate().getPartition();
    }
}
