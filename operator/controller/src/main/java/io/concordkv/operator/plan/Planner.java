package io.concordkv.operator.plan;

import io.concordkv.operator.observe.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides what one pass does. Pure: the same snapshot gives the same plan.
public final class Planner {
    static final Duration NUDGE_EVERY = Duration.ofSeconds(10);

    private Planner() {}

    public static Plan plan(Snapshot snapshot) {
        if (snapshot.deleting()) {
            return Deletion.plan(snapshot);
        }
        var members = Members.of(snapshot);
        if (snapshot.spec().paused()) {
            return Plan.only(Diagnosis.of(snapshot, members), List.of());
        }
        int replicas = Sizing.replicas(snapshot, members);
        return switch (Formation.judge(snapshot, replicas)) {
            case Stage.Waiting(var reasons) -> forming(snapshot, members, replicas, Optional.empty(), reasons);
            case Stage.Fresh() ->
                forming(snapshot, members, replicas, Optional.of(new Decision.DrawClusterId()), List.of());
            case Stage.Carried(var id) ->
                forming(snapshot, members, replicas, Optional.of(new Decision.AdoptClusterId(id)), List.of());
            case Stage.Foundable(var via, var body) ->
                forming(snapshot, members, replicas, Optional.of(new Decision.Found(via, body)), List.of());
            case Stage.JustActive() ->
                forming(snapshot, members, replicas, Optional.of(new Decision.RememberActive()), List.of());
            case Stage.Active() -> active(snapshot, members, replicas);
            case Stage.Conflicting(var problem) -> halted(snapshot, members, replicas, problem);
            case Stage.Lost(var problem) -> halted(snapshot, members, replicas, problem);
        };
    }

    /// Before the cluster is active. Pods that cannot start may be replaced by a better template.
    private static Plan forming(
            Snapshot snapshot, Members members, int replicas, Optional<Decision> step, List<String> reasons) {
        var decisions = new ArrayList<Decision>();
        decisions.add(new Decision.ApplyObjects(replicas, Budgets.maxUnavailable(snapshot, members, true)));
        nudge(snapshot).ifPresent(decisions::add);
        step.ifPresent(decisions::add);
        var restarts = Restarts.plan(snapshot, members);
        var blockers = new ArrayList<>(reasons);
        if (step.isEmpty()) {
            decisions.addAll(restarts.decisions());
            blockers.addAll(restarts.blockers());
        }
        var action = restarts.action().filter(_ -> step.isEmpty());
        return new Plan(
                decisions,
                action.or(() -> Optional.of(new Action(Action.Type.FORMING, snapshot.name(), "nodes come up"))),
                Diagnosis.of(snapshot, members),
                blockers);
    }

    private static Plan active(Snapshot snapshot, Members members, int replicas) {
        var restarts = Restarts.plan(snapshot, members);
        List<Problem> problems = Diagnosis.of(snapshot, members);
        restarts.action().ifPresent(action -> problems.removeIf(p -> isExpected(p, action)));
        boolean busy = restarts.action().isPresent()
                || problems.stream().anyMatch(p -> p.kind().degrades());
        var decisions = new ArrayList<Decision>();
        decisions.add(new Decision.ApplyObjects(replicas, Budgets.maxUnavailable(snapshot, members, busy)));
        nudge(snapshot).ifPresent(decisions::add);
        decisions.addAll(restarts.decisions());
        Sizing.mismatch(snapshot, members).ifPresent(problems::add);
        return new Plan(decisions, restarts.action(), problems, restarts.blockers());
    }

    /// The controller of StatefulSets waits longer and longer, up to a quarter of an hour, before it tries
    /// again to make a pod that was refused.
    private static Optional<Decision> nudge(Snapshot snapshot) {
        return snapshot.set()
                .filter(set -> !set.refused().isEmpty())
                .filter(set ->
                        set.nudged() == null || set.nudged().plus(NUDGE_EVERY).isBefore(snapshot.now()))
                .map(set -> new Decision.Nudge(set.uid()));
    }

    /// While a node restarts on our own wish it is away and its copies lag: that is no news.
    private static boolean isExpected(Problem problem, Action action) {
        return switch (problem.kind()) {
            case NODE_STOPPED -> problem.subject().equals(action.target());
            case UNDER_REPLICATED -> true;
            case IDENTITY_CONFLICT,
                    DATA_LOST,
                    NODE_CANNOT_START,
                    POD_REFUSED,
                    VOLUME_UNBOUND,
                    POD_UNSCHEDULABLE,
                    REPLICA_DAMAGED,
                    VOLUME_LOST,
                    SCALING_NOT_YET_SUPPORTED,
                    FOUNDING_REFUSED,
                    NAME_TAKEN,
                    APPLY_REFUSED,
                    DELETION_BLOCKED -> false;
        };
    }

    /// Something a person must look at: objects are kept in shape, no node is touched.
    private static Plan halted(Snapshot snapshot, Members members, int replicas, Problem problem) {
        var problems = Diagnosis.of(snapshot, members);
        problems.add(problem);
        return new Plan(
                List.of(new Decision.ApplyObjects(replicas, Budgets.maxUnavailable(snapshot, members, true))),
                Optional.empty(),
                problems,
                List.of());
    }
}
