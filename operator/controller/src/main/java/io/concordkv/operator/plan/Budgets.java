package io.concordkv.operator.plan;

import io.concordkv.operator.observe.BudgetFacts;
import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.Snapshot;
import java.util.OptionalInt;

/// What others may evict (SAFETY F2): one pod, and only while the cluster is whole and calm.
final class Budgets {
    private static final int VOTERS_MIN = 3;

    private Budgets() {}

    static boolean isWanted(Snapshot snapshot, Members members) {
        int nodes = Math.max(members.size(), snapshot.spec().nodes());
        return snapshot.spec().replicationFactor() >= VOTERS_MIN && nodes >= VOTERS_MIN;
    }

    /// @param busy something is under way or wrong
    static OptionalInt maxUnavailable(Snapshot snapshot, Members members, boolean busy) {
        if (!isWanted(snapshot, members)) {
            return OptionalInt.empty();
        }
        if (busy || !snapshot.isBootstrapped() || !everybodyIsReady(snapshot, members)) {
            return OptionalInt.of(0);
        }
        if (snapshot.cluster().isEmpty()) {
            // A question that got no answer while every pod is ready changes nothing.
            return OptionalInt.of(
                    snapshot.budget().map(BudgetFacts::maxUnavailable).orElse(0));
        }
        return OptionalInt.of(snapshot.cluster().get().isWhole() && everybodyServes(snapshot) ? 1 : 0);
    }

    private static boolean everybodyIsReady(Snapshot snapshot, Members members) {
        return members.size() > 0
                && members.nodeIds().keySet().stream()
                        .allMatch(name -> snapshot.pod(name)
                                .filter(p -> p.ready() && !p.deleting())
                                .isPresent());
    }

    private static boolean everybodyServes(Snapshot snapshot) {
        return snapshot.pods().stream()
                .map(PodFacts::name)
                .allMatch(name -> snapshot.node(name)
                        .map(f -> f.state() == NodeState.SERVING)
                        .orElse(true));
    }
}
