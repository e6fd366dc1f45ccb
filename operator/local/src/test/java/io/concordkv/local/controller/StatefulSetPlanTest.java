package io.concordkv.local.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.local.controller.StatefulSetPlan.Step;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatefulSetPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static StatefulSet set(int replicas, String policy, String strategy) {
        return new StatefulSetBuilder()
                .withNewMetadata()
                .withName("s")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withPodManagementPolicy(policy)
                .withNewUpdateStrategy()
                .withType(strategy)
                .endUpdateStrategy()
                .endSpec()
                .build();
    }

    private static Pod pod(int ordinal, String revision, boolean ready, String phase) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("s-" + ordinal)
                .addToLabels("controller-revision-hash", revision)
                .endMetadata()
                .withNewStatus()
                .withPhase(phase)
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime("2025-12-31T23:00:00Z")
                .endCondition()
                .endStatus()
                .build();
    }

    private static Pod ready(int ordinal, String revision) {
        return pod(ordinal, revision, true, "Running");
    }

    private static List<String> plan(StatefulSet set, Pod... pods) {
        return StatefulSetPlan.of(set, List.of(pods), "old", "new", NOW).stream()
                .map(StatefulSetPlanTest::text)
                .toList();
    }

    private static String text(Step step) {
        return switch (step) {
            case Step.Create create -> "create " + create.ordinal() + " " + create.revision();
            case Step.Delete delete -> "delete " + delete.pod().getMetadata().getName();
        };
    }

    @Test
    void aParallelSetMakesAllPodsAtOnceAnOrderedOneTheFirst() {
        assertThat(plan(set(3, "Parallel", "OnDelete")))
                .containsExactly("create 0 new", "create 1 new", "create 2 new");
        assertThat(plan(set(3, "OrderedReady", "OnDelete"))).containsExactly("create 0 new");
    }

    @Test
    void anOrderedSetWaitsForEachPodToBeReady() {
        var set = set(3, "OrderedReady", "OnDelete");
        assertThat(plan(set, pod(0, "new", false, "Running"))).isEmpty();
        assertThat(plan(set, ready(0, "new"))).containsExactly("create 1 new");
    }

    @Test
    void onDeleteNeverReplacesARunningPod() {
        assertThat(plan(set(2, "Parallel", "OnDelete"), ready(0, "old"), ready(1, "old")))
                .isEmpty();
    }

    @Test
    void aRollingUpdateTakesTheHighestOutdatedPodAndWaitsForItsSuccessor() {
        var set = set(3, "Parallel", "RollingUpdate");
        assertThat(plan(set, ready(0, "old"), ready(1, "old"), ready(2, "old"))).containsExactly("delete s-2");
        assertThat(plan(set, ready(0, "old"), ready(1, "old"), pod(2, "new", false, "Running")))
                .isEmpty();
        assertThat(plan(set, ready(0, "old"), ready(1, "old"), ready(2, "new"))).containsExactly("delete s-1");
    }

    @Test
    void aFailedPodIsReplacedAndSurplusPodsGoFromTheTop() {
        assertThat(plan(set(1, "Parallel", "OnDelete"), pod(0, "new", false, "Failed")))
                .containsExactly("delete s-0");
        assertThat(plan(set(1, "Parallel", "OnDelete"), ready(0, "new"), ready(1, "new"), ready(2, "new")))
                .containsExactly("delete s-2", "delete s-1");
        assertThat(plan(set(1, "OrderedReady", "OnDelete"), ready(0, "new"), ready(1, "new"), ready(2, "new")))
                .containsExactly("delete s-2");
    }
}
