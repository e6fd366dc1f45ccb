package io.concordkv.operator.plan;

import io.concordkv.crds.DataPolicy;
import io.concordkv.operator.observe.ClaimFacts;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.Snapshot;
import java.util.List;
import java.util.Optional;

/// Takes a cluster away in an order that leaves nothing behind: set, pods, claims by policy, then
/// the resource. Everything else is collected with the resource.
final class Deletion {
    private Deletion() {}

    static Plan plan(Snapshot snapshot) {
        if (snapshot.spec().deletionProtection()) {
            var problem = new Problem(
                    Problem.Kind.DELETION_BLOCKED,
                    snapshot.name(),
                    "spec.deletionProtection is true; set it to false to let the deletion go on");
            return Plan.only(List.of(problem), List.of(problem.message()));
        }
        if (snapshot.set().isPresent()) {
            return step(
                    snapshot,
                    List.of(new Decision.DeleteSet(snapshot.set().get().uid())),
                    "its StatefulSet ends");
        }
        if (!snapshot.settled() || !snapshot.pods().isEmpty()) {
            return step(
                    snapshot,
                    List.of(),
                    "pods still end: "
                            + snapshot.pods().stream().map(PodFacts::name).toList());
        }
        if (snapshot.spec().dataPolicy() == DataPolicy.DELETE
                && !snapshot.claims().isEmpty()) {
            List<String> names = snapshot.claims().stream()
                    .filter(c -> !c.deleting())
                    .map(ClaimFacts::name)
                    .toList();
            return step(
                    snapshot,
                    names.isEmpty() ? List.of() : List.of(new Decision.DeleteClaims(names)),
                    "volume claims still end");
        }
        return step(snapshot, List.of(new Decision.Forget()), "nothing is left");
    }

    private static Plan step(Snapshot snapshot, List<Decision> decisions, String reason) {
        var action = new Action(Action.Type.DELETING, snapshot.name(), "the resource was deleted");
        return new Plan(decisions, Optional.of(action), List.of(), List.of(reason));
    }
}
