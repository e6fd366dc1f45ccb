package io.concordkv.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.Snapshot;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What no snapshot may ever lead to. The seed of a failing snapshot stands in its description.
class PlannerPropertyTest {
    private static final int SNAPSHOTS = 100_000;

    @Test
    void noSnapshotBreaksASafetyRule() {
        int disruptive = 0;
        int founded = 0;
        for (long seed = 1; seed <= SNAPSHOTS; seed++) {
            Snapshot snapshot = new RandomSnapshots(seed).next();
            Plan plan = Planner.plan(snapshot);
            long number = seed;
            Supplier<String> context = () -> "seed " + number + " " + snapshot + " → " + plan;
            disruptive += (int)
                    plan.decisions().stream().filter(Decision::isDisruptive).count();
            founded += (int) plan.decisions().stream()
                    .filter(Decision.Found.class::isInstance)
                    .count();
            assertThat(plan)
                    .as(() -> "same snapshot, same plan: " + context.get())
                    .isEqualTo(Planner.plan(snapshot));
            for (Decision decision : plan.decisions()) {
                check(snapshot, plan, decision, context);
            }
        }
        assertThat(disruptive).as("the snapshots must reach restarts").isGreaterThan(SNAPSHOTS / 100);
        assertThat(founded).as("the snapshots must reach founding").isGreaterThan(SNAPSHOTS / 1000);
    }

    private static void check(Snapshot snapshot, Plan plan, Decision decision, Supplier<String> context) {
        switch (decision) {
            case Decision.DeletePod delete -> {
                onlyWhenSure(snapshot, plan, delete.pod(), delete.uid(), context);
                boolean holdsNothing = snapshot.node(delete.pod())
                        .filter(f -> f.state().holdsNothing())
                        .isPresent();
                boolean nothingRuns =
                        !snapshot.pod(delete.pod()).orElseThrow().container().running();
                boolean led = snapshot.cluster().filter(c -> c.topologyIsLed()).isPresent();
                assertThat(holdsNothing || (nothingRuns && !led))
                        .as(() ->
                                "a pod is deleted without a reservation only by the exceptions of R8: " + context.get())
                        .isTrue();
            }
            case Decision.RestartNode restart -> {
                onlyWhenSure(snapshot, plan, restart.pod(), restart.uid(), context);
                boolean budgetWanted = snapshot.spec().replicationFactor() >= 3;
                if (restart.mayDelete() && budgetWanted) {
                    assertThat(snapshot.budget().filter(b -> b.maxUnavailable() == 0 && b.closed()))
                            .as(() -> "nothing is stopped while others may evict (F2): " + context.get())
                            .isPresent();
                }
                if (restart.mayDelete()) {
                    nobodyElseIsAway(snapshot, restart.pod(), context);
                }
            }
            case Decision.Found found -> {
                assertThat(snapshot.isBootstrapped())
                        .as(() -> "never founded twice (I3): " + context.get())
                        .isFalse();
                assertThat(found.body().clusterId())
                        .as(() -> "the id is stored before the first call (I3): " + context.get())
                        .isEqualTo(snapshot.recorded().clusterId());
                assertThat(found.body().nodes())
                        .as(context)
                        .hasSize(snapshot.spec().nodes());
                assertThat(snapshot.pods().stream().map(PodFacts::name).map(snapshot::node))
                        .as(() -> "every node has answered, none belongs elsewhere (I3): " + context.get())
                        .allSatisfy(node -> assertThat(node)
                                .hasValueSatisfying(facts -> assertThat(facts.clusterId())
                                        .isIn(null, snapshot.recorded().clusterId())));
                boolean someActive = snapshot.answers().keySet().stream()
                        .flatMap(n -> snapshot.node(n).stream())
                        .anyMatch(f -> f.state().isActivated());
                boolean someEmpty = snapshot.answers().keySet().stream()
                        .flatMap(n -> snapshot.node(n).stream())
                        .anyMatch(f -> f.state() == NodeState.EMPTY);
                assertThat(someActive && someEmpty)
                        .as(() -> "an empty node beside an active one is a lost volume: " + context.get())
                        .isFalse();
            }
            case Decision.DrawClusterId() ->
                assertThat(snapshot.recorded().clusterId()).as(context).isNull();
            case Decision.AdoptClusterId _, Decision.RememberActive _ ->
                assertThat(snapshot.isBootstrapped()).as(context).isFalse();
            case Decision.ApplyObjects apply -> {
                assertThat(apply.replicas())
                        .as(() -> "no member loses its pod: " + context.get())
                        .isGreaterThanOrEqualTo(Members.of(snapshot).podsNeeded());
                if (plan.decisions().stream().anyMatch(Decision::isDisruptive)) {
                    assertThat(apply.maxUnavailable().orElse(0)).as(context).isZero();
                }
            }
            case Decision.DeleteSet _, Decision.Forget _ ->
                assertThat(snapshot.deleting() && !snapshot.spec().deletionProtection())
                        .as(context)
                        .isTrue();
            case Decision.DeleteClaims _ ->
                assertThat(snapshot.deleting()
                                && snapshot.pods().isEmpty()
                                && snapshot.set().isEmpty())
                        .as(() -> "claims go only after the last pod: " + context.get())
                        .isTrue();
            case Decision.Release _, Decision.Nudge _ -> {}
        }
        if (snapshot.spec().paused() && !snapshot.deleting()) {
            assertThat(List.of())
                    .as(() -> "paused means no decision: " + context.get())
                    .contains(decision);
        }
    }

    private static void nobodyElseIsAway(Snapshot snapshot, String target, Supplier<String> context) {
        boolean serves = snapshot.node(target)
                .map(f -> f.state() == NodeState.SERVING || f.state() == NodeState.DRAINING)
                .orElse(snapshot.pod(target).filter(PodFacts::ready).isPresent());
        if (serves) {
            assertThat(Members.of(snapshot).nodeIds().keySet())
                    .filteredOn(name -> !name.equals(target))
                    .filteredOn(name -> !snapshot.longAway().contains(name)
                            || snapshot.pod(name).filter(PodFacts::deleting).isPresent())
                    .as(() -> "no second node is stopped: " + context.get())
                    .allSatisfy(name -> {
                        assertThat(snapshot.pod(name))
                                .hasValueSatisfying(pod -> assertThat(pod.ready() && !pod.deleting())
                                        .isTrue());
                        assertThat(snapshot.node(name))
                                .hasValueSatisfying(
                                        facts -> assertThat(facts.state()).isEqualTo(NodeState.SERVING));
                    });
        }
    }

    private static void onlyWhenSure(Snapshot snapshot, Plan plan, String pod, String uid, Supplier<String> context) {
        assertThat(snapshot.settled())
                .as(() -> "never on a stale cache: " + context.get())
                .isTrue();
        assertThat(snapshot.set())
                .as(context)
                .hasValueSatisfying(s -> assertThat(s.current()).isTrue());
        assertThat(snapshot.recorded().currentAction())
                .as(() -> "the target is stored before it is touched: " + context.get())
                .isNotNull()
                .satisfies(a -> assertThat(a.target()).isEqualTo(pod));
        assertThat(plan.action())
                .as(context)
                .hasValueSatisfying(a -> assertThat(a.target()).isEqualTo(pod));
        PodFacts target = snapshot.pod(pod).orElseThrow();
        assertThat(target.uid()).as(context).isEqualTo(uid);
        assertThat(target.deleting()).as(context).isFalse();
        assertThat(target.revision()).as(context).isEqualTo("old");
        assertThat(snapshot.pods().stream().filter(PodFacts::deleting).map(PodFacts::name))
                .as(() -> "context only: " + context.get())
                .doesNotContain(pod);
    }
}
