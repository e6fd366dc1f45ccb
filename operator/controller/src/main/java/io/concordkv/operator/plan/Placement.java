package io.concordkv.operator.plan;

import io.concordkv.operator.observe.ClaimFacts;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.SetFacts;
import io.concordkv.operator.observe.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds what keeps pods from being made, from getting their volume, and from getting a machine; the
/// first of these that holds for a pod is told. All of it goes on by itself once it is repaired.
final class Placement {
    private Placement() {}

    static List<Problem> of(Snapshot snapshot) {
        var problems = new ArrayList<Problem>();
        Set<String> told = new HashSet<>();
        Map<String, String> refused = snapshot.set().map(SetFacts::refused).orElse(Map.of());
        refused.forEach((pod, why) -> {
            told.add(pod);
            problems.add(new Problem(
                    Problem.Kind.POD_REFUSED,
                    pod,
                    "pod %s is not made: %s; raise the quota or free what it counts: it is tried again every %d s"
                            .formatted(pod, why, Planner.NUDGE_EVERY.toSeconds())));
        });
        for (ClaimFacts claim : snapshot.claims()) {
            String pod = snapshot.nodeName(claim.ordinal());
            if (claim.unbound() != null && told.add(pod)) {
                problems.add(new Problem(
                        Problem.Kind.VOLUME_UNBOUND,
                        pod,
                        "claim %s of pod %s has no volume: %s; %s, it goes on by itself then"
                                .formatted(claim.name(), pod, claim.unbound(), remedy(snapshot))));
            }
        }
        for (PodFacts pod : snapshot.pods()) {
            if (pod.unscheduled() != null && !pod.deleting() && told.add(pod.name())) {
                problems.add(new Problem(
                        Problem.Kind.POD_UNSCHEDULABLE,
                        pod.name(),
                        "pod %s gets no machine: %s; make room or change what keeps it away, it goes on by itself then"
                                .formatted(pod.name(), pod.unscheduled())));
            }
        }
        return problems;
    }

    private static String remedy(Snapshot snapshot) {
        String wanted = snapshot.spec().storage().storageClass();
        return wanted == null
                ? "make a default StorageClass or a volume for it"
                : "make StorageClass " + wanted + " or have it provide volumes";
    }
}
