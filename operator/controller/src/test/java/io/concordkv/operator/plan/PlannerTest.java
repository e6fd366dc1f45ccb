package io.concordkv.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.observe.NodeState;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Scenarios of SAFETY I3, R8 and F2 as the planner sees them.
class PlannerTest {
    @Nested
    class Founding {
        @Test
        void waitsUntilEveryNodeHasSaidWhatItsVolumeHolds() {
            var plan = Planner.plan(Scene.of(3)
                    .node(0, NodeState.EMPTY)
                    .node(1, NodeState.EMPTY)
                    .silent(2)
                    .snapshot());

            assertThat(plan.decisions()).singleElement().isInstanceOf(Decision.ApplyObjects.class);
            assertThat(plan.blockers()).containsExactly("c-a-2: connection refused");
        }

        @Test
        void drawsAnIdFirstAndFoundsOnlyWhenItIsStored() {
            var scene = Scene.of(3).all(NodeState.EMPTY);

            assertThat(Planner.plan(scene.snapshot()).decisions()).contains(new Decision.DrawClusterId());
            assertThat(Planner.plan(scene.clusterId("c1").snapshot()).decisions())
                    .filteredOn(Decision.Found.class::isInstance)
                    .singleElement()
                    .satisfies(d -> {
                        var found = (Decision.Found) d;
                        assertThat(found.body().clusterId()).isEqualTo("c1");
                        assertThat(found.body().nodes())
                                .extracting(FoundingMember::name, FoundingMember::volumeId, FoundingMember::address)
                                .first()
                                .isEqualTo(org.assertj.core.groups.Tuple.tuple(
                                        "c-a-0", "volume-0", "c-a-0.c-peers.ns.svc.cluster.local:7070"));
                    });
        }

        @Test
        void goesOnWithAnAttemptThatStoppedHalfway() {
            var plan = Planner.plan(Scene.of(3)
                    .clusterId("c1")
                    .node(0, NodeState.SERVING)
                    .node(1, NodeState.PREPARED)
                    .node(2, NodeState.PREPARED)
                    .snapshot());

            assertThat(plan.decisions()).anyMatch(Decision.Found.class::isInstance);
        }

        @Test
        void adoptsTheClusterThatOldVolumesCarry() {
            var scene = Scene.of(3).all(NodeState.SERVING);

            assertThat(Planner.plan(scene.snapshot()).decisions()).contains(new Decision.AdoptClusterId("c1"));
            assertThat(Planner.plan(scene.clusterId("c1").snapshot()).decisions())
                    .contains(new Decision.RememberActive());
        }

        @Test
        void startsAsManyPodsAsThereAreOldVolumes() {
            var plan = Planner.plan(Scene.of(3).claims(5).snapshot());

            assertThat(plan.decisions()).containsExactly(new Decision.ApplyObjects(5, OptionalInt.of(0)));
        }

        @Test
        void anEmptyVolumeBesideAnActiveClusterIsNotFoundedAnew() {
            var plan = Planner.plan(Scene.of(3)
                    .clusterId("c1")
                    .node(0, NodeState.SERVING)
                    .node(1, NodeState.SERVING)
                    .node(2, NodeState.EMPTY)
                    .snapshot());

            assertThat(plan.decisions()).noneMatch(Decision.Found.class::isInstance);
            assertThat(plan.decisions()).contains(new Decision.RememberActive());
        }

        @Test
        void twoClustersOnTheVolumesStopEverything() {
            var plan = Planner.plan(
                    Scene.of(3).all(NodeState.SERVING).foreign(1, "c2").snapshot());

            assertThat(plan.problems()).first().satisfies(p -> {
                assertThat(p.kind()).isEqualTo(Problem.Kind.IDENTITY_CONFLICT);
                assertThat(p.message()).contains("c1 on c-a-0, c-a-2").contains("c2 on c-a-1");
            });
            assertThat(plan.decisions()).singleElement().isInstanceOf(Decision.ApplyObjects.class);
        }

        @Test
        void anActiveClusterWithOnlyEmptyVolumesHasLostItsData() {
            var plan = Planner.plan(Scene.of(3).active().all(NodeState.EMPTY).snapshot());

            assertThat(plan.problems()).first().extracting(Problem::kind).isEqualTo(Problem.Kind.DATA_LOST);
            assertThat(plan.decisions()).noneMatch(Decision.Found.class::isInstance);
        }
    }

    @Nested
    class Restarting {
        @Test
        void storesTheTargetBeforeTouchingIt() {
            var plan = Planner.plan(
                    Scene.of(3).active().all(NodeState.SERVING).allOutdated().snapshot());

            assertThat(plan.action())
                    .hasValueSatisfying(a -> assertThat(a.target()).isEqualTo("c-a-0"));
            assertThat(plan.decisions()).containsExactly(new Decision.ApplyObjects(3, OptionalInt.of(0)));
        }

        @Test
        void takesTheUnreadyFirstAndTheOneWithMostLeadersLast() {
            var scene = Scene.of(3).active().all(NodeState.SERVING).allOutdated();

            assertThat(scene.leaders(0, 5).leaders(1, 3).leaders(2, 4).target()).isEqualTo("c-a-1");
            assertThat(scene.unready(0).target()).isEqualTo("c-a-0");
            assertThat(scene.stopped(2, "ImagePullBackOff", null).target()).isEqualTo("c-a-2");
        }

        @Test
        void deletesOnlyWhenTheBudgetIsSeenClosedAndLeadersHaveMoved() {
            var scene =
                    Scene.of(3).active().all(NodeState.SERVING).allOutdated().restarting("c-a-1", 0);

            assertThat(Planner.plan(scene.budget(1, false).snapshot()).decisions())
                    .contains(new Decision.RestartNode("c-a-1", "uid-1", "2", "c-a-0", false));
            assertThat(Planner.plan(scene.budget(0, true).leaders(1, 2).snapshot())
                            .decisions())
                    .contains(new Decision.RestartNode("c-a-1", "uid-1", "2", "c-a-0", false));
            assertThat(Planner.plan(scene.leaders(1, 0).snapshot()).decisions())
                    .contains(new Decision.RestartNode("c-a-1", "uid-1", "2", "c-a-0", true));
        }

        @Test
        void aSecondNodeIsNotStoppedWhileAnotherOneIsAway() {
            assertThat(mayDelete(calm())).isTrue();
            assertThat(mayDelete(calm().deleting(2))).as("evicted").isFalse();
            assertThat(mayDelete(calm().unready(2))).as("not ready").isFalse();
            assertThat(mayDelete(calm().silent(2))).as("does not answer").isFalse();
            assertThat(mayDelete(calm().refused(2, "exceeded quota")))
                    .as("has no pod")
                    .isFalse();
            assertThat(Planner.plan(calm().deleting(2).snapshot()).blockers())
                    .containsExactly("waiting with c-a-1 for c-a-2");
        }

        /// With five copies and one volume gone the other four must still get a new image.
        @Test
        void aNodeThatIsAwayForLongHoldsNobodyBack() {
            assertThat(mayDelete(calm().unready(2).silent(2).longAway(2))).isTrue();
            assertThat(mayDelete(calm().deleting(2).longAway(2)))
                    .as("it may still be heard while it ends")
                    .isFalse();
        }

        @Test
        void aNodeThatSaysItServesIsNotOutBecauseKubernetesLostSightOfIt() {
            assertThat(mayDelete(calm().unready(1).silent(2))).isFalse();
        }

        @Test
        void aNodeThatDoesNotServeMayStopWhoeverElseIsAway() {
            assertThat(mayDelete(calm().unready(1).silent(1).silent(2))).isTrue();
            assertThat(mayDelete(calm().silent(1).unready(2)))
                    .as("ready and only silent this time")
                    .isFalse();
        }

        /// Everything is so that `c-a-1` may be stopped.
        private Scene calm() {
            return Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .updated(2)
                    .restarting("c-a-1", 0)
                    .budget(0, true);
        }

        private boolean mayDelete(Scene scene) {
            return Planner.plan(scene.snapshot()).decisions().stream()
                    .anyMatch(d -> d instanceof Decision.RestartNode restart && restart.mayDelete());
        }

        @Test
        void leadersThatDoNotMoveHoldItUpForHalfAMinuteOnly() {
            var scene = Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .budget(0, true)
                    .leaders(1, 2);

            assertThat(Planner.plan(scene.restarting("c-a-1", 29).snapshot()).decisions())
                    .contains(new Decision.RestartNode("c-a-1", "uid-1", "2", "c-a-0", false));
            assertThat(Planner.plan(scene.restarting("c-a-1", 31).snapshot()).decisions())
                    .contains(new Decision.RestartNode("c-a-1", "uid-1", "2", "c-a-0", true));
        }

        @Test
        void aStaleCacheDecidesNothing() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .restarting("c-a-1", 0)
                    .budget(0, true)
                    .unsettled()
                    .snapshot());

            assertThat(plan.decisions()).singleElement().isInstanceOf(Decision.ApplyObjects.class);
            assertThat(plan.action())
                    .hasValueSatisfying(a -> assertThat(a.target()).isEqualTo("c-a-1"));
        }

        @Test
        void aNodeThatDoesNotComeBackStopsTheRestAndSaysWhy() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .updated(1)
                    .stopped(1, "CrashLoopBackOff", "unknown setting concord.nonsense")
                    .restarting("c-a-1", 10)
                    .snapshot());

            assertThat(plan.decisions()).noneMatch(Decision::isDisruptive);
            assertThat(plan.action())
                    .hasValueSatisfying(a -> assertThat(a.target()).isEqualTo("c-a-1"));
            assertThat(plan.problems())
                    .extracting(Problem::message)
                    .contains(
                            "c-a-1 cannot start: its container ends again and again: unknown setting concord.nonsense");
        }

        @Test
        void aNodeThatIsAwayForItsRestartIsNoProblem() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .updated(1)
                    .silent(1)
                    .unready(1)
                    .underReplicated(true)
                    .restarting("c-a-1", 10)
                    .snapshot());

            assertThat(plan.problems()).isEmpty();
            assertThat(plan.blockers()).containsExactly("waiting for c-a-1 to be ready: running, not ready");
        }

        @Test
        void aBetterTemplateReachesTheNodeThatFailed() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .stopped(1, "CrashLoopBackOff", "unknown setting concord.nonsense")
                    .restarting("c-a-1", 10)
                    .budget(0, true)
                    .snapshot());

            assertThat(plan.decisions()).contains(new Decision.RestartNode("c-a-1", "uid-1", "2", "c-a-0", true));
        }

        @Test
        void aNodeThatIsBackGivesItsReservationBack() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .updated(1)
                    .restarting("c-a-1", 10)
                    .snapshot());

            var action = new Action(Action.Type.RESTARTING, "c-a-1", "the pod template changed");
            assertThat(plan.decisions()).contains(new Decision.Release("c-a-1", "2", "c-a-0", Optional.of(action)));
            assertThat(plan.action()).isEmpty();
        }

        @Test
        void aReservationGrantedTooLateIsGivenBackBeforeAnotherNodeIsReserved() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .allOutdated()
                    .reserved(0)
                    .restarting("c-a-1", 10)
                    .budget(0, true)
                    .snapshot());

            assertThat(plan.decisions())
                    .endsWith(
                            new Decision.Release("c-a-0", "1", "c-a-1", Optional.empty()),
                            new Decision.RestartNode("c-a-1", "uid-1", "2", "c-a-0", true));
        }

        @Test
        void aReservationOfNoRestartIsGivenBack() {
            var plan = Planner.plan(
                    Scene.of(3).active().all(NodeState.SERVING).reserved(2).snapshot());

            assertThat(plan.decisions()).contains(new Decision.Release("c-a-2", "3", "c-a-0", Optional.empty()));
        }

        @Test
        void theReservationOfSomebodyElseIsLeftAlone() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .reserved(2, "alice")
                    .snapshot());

            assertThat(plan.decisions()).noneMatch(d -> d instanceof Decision.Release);
        }

        @Test
        void withoutAnyLeaderOnlyPodsThatRunNothingAreReplaced() {
            var scene = Scene.of(3).active().allOutdated();
            for (int i = 0; i < 3; i++) {
                scene.stopped(i, "ImagePullBackOff", null);
            }
            assertThat(Planner.plan(scene.restarting("c-a-0", 0).snapshot()).decisions())
                    .anyMatch(d -> d instanceof Decision.DeletePod delete
                            && delete.pod().equals("c-a-0"));
        }
    }

    @Nested
    class Sickness {
        @Test
        void aLostVolumeStaysOutWhileTheOthersServe() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .node(2, NodeState.EMPTY)
                    .unready(2)
                    .snapshot());

            assertThat(plan.problems())
                    .singleElement()
                    .satisfies(p -> assertThat(p.kind()).isEqualTo(Problem.Kind.VOLUME_LOST));
            assertThat(plan.decisions()).containsExactly(new Decision.ApplyObjects(3, OptionalInt.of(0)));
        }

        @Test
        void aDamagedNodeIsNamed() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .node(2, NodeState.DAMAGED)
                    .unready(2)
                    .snapshot());

            assertThat(plan.problems())
                    .singleElement()
                    .satisfies(p -> assertThat(p.kind()).isEqualTo(Problem.Kind.REPLICA_DAMAGED));
        }

        @Test
        void damagedCopiesOfAServingNodeAreNamed() {
            var plan = Planner.plan(Scene.of(3)
                    .active()
                    .all(NodeState.SERVING)
                    .damagedShards(2, "3", "17")
                    .snapshot());

            assertThat(plan.problems()).singleElement().satisfies(p -> {
                assertThat(p.kind()).isEqualTo(Problem.Kind.REPLICA_DAMAGED);
                assertThat(p.message()).contains("c-a-2 (id 3)").contains("[3, 17]");
            });
            assertThat(plan.decisions()).containsExactly(new Decision.ApplyObjects(3, OptionalInt.of(0)));
        }

        @Test
        void anotherNumberOfNodesIsNotActedOnYet() {
            var plan = Planner.plan(
                    Scene.of(3).active().all(NodeState.SERVING).wanted(5).snapshot());

            assertThat(plan.decisions()).containsExactly(new Decision.ApplyObjects(3, OptionalInt.of(1)));
            assertThat(plan.problems())
                    .singleElement()
                    .satisfies(p -> assertThat(p.kind()).isEqualTo(Problem.Kind.SCALING_NOT_YET_SUPPORTED));
        }
    }

    @Nested
    class DisruptionBudget {
        @Test
        void opensOnlyWhileTheClusterIsWholeAndCalm() {
            var scene = Scene.of(3).active().all(NodeState.SERVING);

            assertThat(scene.maxUnavailable()).hasValue(1);
            assertThat(scene.underReplicated(true).maxUnavailable()).hasValue(0);
            assertThat(scene.underReplicated(false).unready(1).maxUnavailable()).hasValue(0);
        }

        @Test
        void doesNotExistBelowThreeVoters() {
            assertThat(Scene.of(1).active().all(NodeState.SERVING).maxUnavailable())
                    .isEmpty();
        }

        @Test
        void staysAsItIsWhenAQuestionGotNoAnswer() {
            var scene = Scene.of(3).active().all(NodeState.SERVING).withoutClusterFacts();

            assertThat(scene.budget(1, false).maxUnavailable()).hasValue(1);
            assertThat(scene.budget(0, true).maxUnavailable()).hasValue(0);
        }
    }
}
