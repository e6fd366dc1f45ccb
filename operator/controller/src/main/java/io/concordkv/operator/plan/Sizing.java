package io.concordkv.operator.plan;

import io.concordkv.operator.observe.ClaimFacts;
import io.concordkv.operator.observe.SetFacts;
import io.concordkv.operator.observe.Snapshot;
import java.util.Optional;

/// How many pods there must be. Never fewer than there are members: a member without its pod is a
/// lost replica, and removing members is not this operator's to do yet.
final class Sizing {
    private Sizing() {}

    static int replicas(Snapshot snapshot, Members members) {
        int wanted = snapshot.spec().nodes();
        int live = snapshot.set().map(SetFacts::replicas).orElse(0);
        if (!snapshot.isBootstrapped()) {
            // Volumes of an earlier life may hold a cluster that needs all of them (SAFETY I3).
            int claimed = snapshot.claims().stream()
                    .mapToInt(ClaimFacts::ordinal)
                    .map(ordinal -> ordinal + 1)
                    .max()
                    .orElse(0);
            return Math.max(wanted, Math.max(live, Math.max(claimed, members.podsNeeded())));
        }
        if (members.size() == 0) {
            return Math.max(wanted, live);
        }
        return members.podsNeeded();
    }

    static Optional<Problem> mismatch(Snapshot snapshot, Members members) {
        if (!snapshot.isBootstrapped() || members.size() == 0 || snapshot.spec().nodes() == members.size()) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                Problem.Kind.SCALING_NOT_YET_SUPPORTED,
                snapshot.name(),
                "spec.nodes is %d but the cluster was founded with %d nodes; changing the number of nodes is not supported yet, set spec.nodes back to %d"
                        .formatted(snapshot.spec().nodes(), members.size(), members.size())));
    }
}
