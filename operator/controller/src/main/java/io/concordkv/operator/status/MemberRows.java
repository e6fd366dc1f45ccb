package io.concordkv.operator.status;

import io.concordkv.crds.ClusterMember;
import io.concordkv.operator.observe.NodeAnswer;
import io.concordkv.operator.observe.NodeFacts;
import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.plan.Members;
import io.concordkv.operator.plan.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One row a node: what it said, or what Kubernetes says when it is silent.
final class MemberRows {
    private MemberRows() {}

    static List<ClusterMember> of(Snapshot snapshot, Members members, List<Problem> problems) {
        var names =
                new TreeSet<String>(Comparator.comparingInt(Members::ordinal).thenComparing(n -> n));
        names.addAll(members.nodeIds().keySet());
        snapshot.pods().forEach(p -> names.add(p.name()));
        var rows = new ArrayList<ClusterMember>();
        for (String name : names) {
            rows.add(row(
                    snapshot,
                    members,
                    name,
                    problems.stream().filter(p -> p.subject().equals(name)).findFirst()));
        }
        return rows;
    }

    private static ClusterMember row(Snapshot snapshot, Members members, String name, Optional<Problem> problem) {
        @Nullable
        String reason = problem.map(p -> p.kind().reason() + ": " + p.message()).orElse(null);
        @Nullable ClusterMember before = snapshot.recorded().member(name).orElse(null);
        @Nullable String id = members.nodeId(name).orElse(null);
        PodFacts pod = snapshot.pod(name).orElse(null);
        return switch (snapshot.answers().get(name)) {
            case NodeAnswer.Answered(var facts) -> answered(name, id, facts, reason);
            case NodeAnswer.Silent(var why)
            when problem.filter(p -> p.kind() == Problem.Kind.NODE_CANNOT_START).isPresent() ->
                silent(name, id, before, "failed", reason);
            case NodeAnswer.Silent(var why)
            when pod != null && pod.ready() && before != null -> before; // one lost question while probes succeed
            case NodeAnswer.Silent(var why) -> silent(name, id, before, "unreachable", reason == null ? why : reason);
            case null ->
                silent(
                        name,
                        id,
                        before,
                        pod == null
                                ? "absent"
                                : problem.filter(p -> p.kind() == Problem.Kind.NODE_CANNOT_START)
                                                .isPresent()
                                        ? "failed"
                                        : "pending",
                        reason != null
                                ? reason
                                : pod == null ? null : pod.container().waiting());
        };
    }

    private static ClusterMember answered(
            String name, @Nullable String memberId, NodeFacts facts, @Nullable String reason) {
        boolean active = facts.state() != NodeState.EMPTY && facts.state() != NodeState.PREPARED;
        return new ClusterMember(
                name,
                memberId == null && active ? facts.nodeId() : memberId,
                facts.zone(),
                facts.state().word(),
                facts.replicas(),
                facts.leaders(),
                facts.version(),
                reason);
    }

    private static ClusterMember silent(
            String name, @Nullable String id, @Nullable ClusterMember before, String state, @Nullable String reason) {
        return new ClusterMember(
                name,
                id,
                before == null ? null : before.zone(),
                state,
                before == null ? null : before.replicas(),
                0,
                before == null ? null : before.version(),
                reason);
    }
}
