package io.concordkv.operator.observe;

import io.concordkv.crds.ConcordClusterSpec;
import io.concordkv.crds.ConcordClusterStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything one pass decides on, seen at one moment.
///
/// @param generation of the spec
/// @param deleting   the resource itself is being deleted
/// @param recorded   status as last written: what the operator remembers
/// @param set        the StatefulSet, if the cache shows one
/// @param settled    the caches show every write and deletion this operator has made
/// @param answers    by pod name; pods without an address are absent
/// @param longAway   pods that have not served for so long that the cluster has noticed
/// @param cluster    from the first node that could tell
public record Snapshot(
        String namespace,
        String name,
        long generation,
        boolean deleting,
        ConcordClusterSpec spec,
        ConcordClusterStatus recorded,
        Optional<SetFacts> set,
        List<PodFacts> pods,
        List<ClaimFacts> claims,
        Optional<BudgetFacts> budget,
        boolean settled,
        Map<String, NodeAnswer> answers,
        Set<String> longAway,
        Optional<ClusterFacts> cluster,
        Instant now) {

    public Optional<PodFacts> pod(String podName) {
        return pods.stream().filter(p -> p.name().equals(podName)).findFirst();
    }

    /// What the node said, if it spoke.
    public Optional<NodeFacts> node(String podName) {
        return answers.get(podName) instanceof NodeAnswer.Answered(var facts) ? Optional.of(facts) : Optional.empty();
    }

    public boolean isBootstrapped() {
        return Boolean.TRUE.equals(recorded.bootstrapped());
    }

    /// Name of the pod and node with this ordinal.
    public String nodeName(int ordinal) {
        return name + "-a-" + ordinal;
    }
}
