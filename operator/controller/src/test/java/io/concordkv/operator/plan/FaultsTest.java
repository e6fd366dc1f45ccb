package io.concordkv.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.observe.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What keeps nodes from coming up is told by object, cause and remedy; nothing is deleted for it.
class FaultsTest {
    private static final String QUOTA = "pods \"c-a-2\" is forbidden: exceeded quota: small, limited: pods=2";

    @Test
    void aPodThatIsRefusedIsToldAndAskedForAgain() {
        Plan plan = planned(serving().refused(2, QUOTA));

        assertThat(problem(plan, Problem.Kind.POD_REFUSED))
                .contains("c-a-2")
                .contains("exceeded quota: small")
                .contains("raise the quota");
        assertThat(plan.decisions()).contains(new Decision.Nudge("set"));
        onlySafe(plan);
    }

    @Test
    void anotherTryIsAskedForEveryTenSeconds() {
        assertThat(planned(serving().refused(2, QUOTA).nudged(9)).decisions())
                .noneMatch(Decision.Nudge.class::isInstance);
        assertThat(planned(serving().refused(2, QUOTA).nudged(11)).decisions()).contains(new Decision.Nudge("set"));
        assertThat(planned(serving()).decisions()).noneMatch(Decision.Nudge.class::isInstance);
    }

    @Test
    void aRefusalIsToldBeforeTheClusterIsFoundedToo() {
        Plan plan = planned(
                Scene.of(3).node(0, NodeState.EMPTY).node(1, NodeState.EMPTY).refused(2, QUOTA));

        assertThat(problem(plan, Problem.Kind.POD_REFUSED)).contains("exceeded quota");
        assertThat(plan.decisions()).contains(new Decision.Nudge("set"));
    }

    @Test
    void aClaimWithoutVolumeIsToldInsteadOfItsPod() {
        Plan plan = planned(Scene.of(3)
                .unbound(1, "storageclass.storage.k8s.io \"fast\" not found")
                .unscheduled(1, "pod has unbound immediate PersistentVolumeClaims"));

        assertThat(problem(plan, Problem.Kind.VOLUME_UNBOUND))
                .contains("data-c-a-1")
                .contains("\"fast\" not found")
                .contains("StorageClass");
        assertThat(plan.problems()).noneMatch(p -> p.kind() == Problem.Kind.POD_UNSCHEDULABLE);
        onlySafe(plan);
    }

    @Test
    void aPodWithoutMachineIsTold() {
        Plan plan = planned(serving().unscheduled(0, "0/3 nodes are available: 3 Insufficient memory."));

        assertThat(problem(plan, Problem.Kind.POD_UNSCHEDULABLE))
                .contains("c-a-0")
                .contains("Insufficient memory");
        onlySafe(plan);
    }

    @Test
    void anImageThatCannotBePulledKeepsItsCauseWhileTheKubeletWaits() {
        String told = problem(planned(serving().noImage(1, "not found")), Problem.Kind.NODE_CANNOT_START);
        assertThat(told)
                .contains("image concordkv/node:new cannot be pulled: not found")
                .contains("spec.image");

        String later = problem(
                planned(serving().noImage(1, null).said(1, "NodeCannotStart: " + told)),
                Problem.Kind.NODE_CANNOT_START);
        assertThat(later).isEqualTo(told);
        assertThat(problem(planned(serving().noImage(1, null)), Problem.Kind.NODE_CANNOT_START))
                .contains("no cause is given");
    }

    @Test
    void aContainerThatEndsAgainAndAgainIsToldTheSameWhileItRunsForAMoment() {
        String told = problem(
                planned(serving().stopped(1, "CrashLoopBackOff", "no such setting")), Problem.Kind.NODE_CANNOT_START);
        String row = "NodeCannotStart: " + told;

        assertThat(problem(
                        planned(serving().runsAgain(1, "no such setting", 2).said(1, row)),
                        Problem.Kind.NODE_CANNOT_START))
                .isEqualTo(told);
        assertThat(problem(
                        planned(serving().stopped(1, null, "no such setting").said(1, row)),
                        Problem.Kind.NODE_CANNOT_START))
                .isEqualTo(told);
    }

    @Test
    void aContainerThatWasStartedAgainOnceOrRunsForGoodIsNotFailing() {
        assertThat(planned(serving().runsAgain(1, "exit code 137", 2)).problems())
                .noneMatch(p -> p.kind() == Problem.Kind.NODE_CANNOT_START);
        long long_ = Diagnosis.RUNS_FOR_GOOD.plus(Duration.ofSeconds(1)).toSeconds();
        assertThat(planned(serving()
                                .runsAgain(1, "no such setting", (int) long_)
                                .said(1, "NodeCannotStart: c-a-1 cannot start: its container ends again and again: no"))
                        .problems())
                .noneMatch(p -> p.kind() == Problem.Kind.NODE_CANNOT_START);
    }

    @Test
    void aStuckPodOfAnOutdatedTemplateIsTheOneThatIsReplaced() {
        var scene = serving()
                .allOutdated()
                .restarting("c-a-1", 5)
                .noImage(1, "not found")
                .budget(0, true);

        assertThat(planned(scene).decisions()).anySatisfy(d -> {
            assertThat(d).isInstanceOf(Decision.RestartNode.class);
            assertThat(((Decision.RestartNode) d).pod()).isEqualTo("c-a-1");
            assertThat(((Decision.RestartNode) d).mayDelete()).isTrue();
        });
    }

    private static Scene serving() {
        return Scene.of(3).active().all(NodeState.SERVING);
    }

    private static Plan planned(Scene scene) {
        return Planner.plan(scene.snapshot());
    }

    private static String problem(Plan plan, Problem.Kind kind) {
        List<String> messages = plan.problems().stream()
                .filter(p -> p.kind() == kind)
                .map(Problem::message)
                .toList();
        assertThat(messages).hasSize(1);
        return Objects.requireNonNull(messages.getFirst());
    }

    private static void onlySafe(Plan plan) {
        assertThat(plan.decisions()).noneMatch(Decision::isDisruptive);
    }
}
