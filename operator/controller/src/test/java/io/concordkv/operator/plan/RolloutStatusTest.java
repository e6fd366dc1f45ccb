package io.concordkv.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.act.ActReport;
import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.status.StatusWriter;
import org.junit.jupiter.api.Test;

/// `kubectl wait --for=condition=Ready` after a change must not end before the last node has it.
class RolloutStatusTest {
    @Test
    void readyWhenEveryPodHasTheNewestTemplate() {
        assertThat(ready(whole())).isTrue();
    }

    @Test
    void notReadyWhileTheSetsControllerHasNotSeenTheTemplate() {
        assertThat(ready(whole().setBehind())).isFalse();
    }

    @Test
    void notReadyWhileAnOwnWriteIsNotInTheCache() {
        assertThat(ready(whole().unsettled())).isFalse();
    }

    @Test
    void notReadyWhileAPodHasAnOlderTemplate() {
        assertThat(ready(whole().allOutdated().updated(0).updated(2))).isFalse();
    }

    private static Scene whole() {
        return Scene.of(3).all(NodeState.SERVING).active();
    }

    private static boolean ready(Scene scene) {
        Snapshot snapshot = scene.snapshot();
        return StatusWriter.describe(snapshot, Planner.plan(snapshot), new ActReport())
                .converged();
    }
}
