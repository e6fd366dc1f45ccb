package io.concordkv.operator.plan;

import io.concordkv.operator.observe.NodeAnswer;
import io.concordkv.operator.observe.NodeFacts;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.ShardFacts;
import io.concordkv.operator.observe.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Finds what is wrong with single nodes and shards.
final class Diagnosis {
    private Diagnosis() {}

    static List<Problem> of(Snapshot snapshot, Members members) {
        var problems = new ArrayList<Problem>();
        for (PodFacts pod : snapshot.pods()) {
            cannotStart(pod).ifPresent(problems::add);
        }
        if (snapshot.isBootstrapped()) {
            for (String name : members.nodeIds().keySet()) {
                member(snapshot, members, name).ifPresent(problems::add);
            }
            underReplicated(snapshot).ifPresent(problems::add);
        }
        return problems;
    }

    private static Optional<Problem> cannotStart(PodFacts pod) {
        var container = pod.container();
        if (pod.deleting() || !container.isFailing()) {
            return Optional.empty();
        }
        var text = new StringBuilder(pod.name()).append(" cannot start: ").append(container.waiting());
        if (container.exited() != null) {
            text.append(": ").append(container.exited());
        } else if (container.message() != null) {
            text.append(": ").append(container.message());
        }
        return Optional.of(new Problem(Problem.Kind.NODE_CANNOT_START, pod.name(), text.toString()));
    }

    private static Optional<Problem> member(Snapshot snapshot, Members members, String name) {
        return switch (snapshot.answers().get(name)) {
            case NodeAnswer.Answered(var facts) -> answered(members, name, facts);
            case NodeAnswer.Silent(var reason) ->
                snapshot.pod(name).filter(PodFacts::ready).isPresent()
                        ? Optional.empty() // one lost question while probes succeed is no news
                        : Optional.of(stopped(snapshot, name, "does not answer: " + reason));
            case null -> Optional.of(stopped(snapshot, name, "does not run"));
        };
    }

    private static Optional<Problem> answered(Members members, String name, NodeFacts facts) {
        String id = members.nodeId(name).orElse("?");
        return switch (facts.state()) {
            case EMPTY, PREPARED ->
                facts.clusterId() == null
                        ? Optional.of(new Problem(
                                Problem.Kind.VOLUME_LOST,
                                name,
                                "the volume of node %s (id %s) is empty; it stays out, the other nodes serve"
                                        .formatted(name, id)))
                        : Optional.empty();
            case DAMAGED ->
                Optional.of(new Problem(
                        Problem.Kind.REPLICA_DAMAGED,
                        name,
                        "the data of node %s (id %s) is damaged; it neither serves nor votes".formatted(name, id)));
            case JOINING, SERVING, DRAINING, DRAINED, UNKNOWN -> damagedCopies(name, id, facts.damagedShards());
            case REMOVED -> Optional.empty();
        };
    }

    /// A node serves on when single copies of it are damaged.
    private static Optional<Problem> damagedCopies(String name, String id, List<String> shards) {
        return shards.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(
                        Problem.Kind.REPLICA_DAMAGED,
                        name,
                        "node %s (id %s) holds damaged copies of shards %s, which neither serve nor vote; the rest of it serves"
                                .formatted(name, id, brief(shards))));
    }

    private static Problem stopped(Snapshot snapshot, String name, String why) {
        String exited = snapshot.pod(name).map(p -> p.container().exited()).orElse(null);
        return new Problem(
                Problem.Kind.NODE_STOPPED,
                name,
                name + " " + why + (exited == null ? "" : "; it ended with: " + Objects.requireNonNull(exited)));
    }

    private static Optional<Problem> underReplicated(Snapshot snapshot) {
        return snapshot.cluster().flatMap(cluster -> {
            List<Long> shards = cluster.shards().stream()
                    .filter(s -> s.underReplicated() || !s.quorate())
                    .map(ShardFacts::id)
                    .toList();
            return shards.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Problem(
                            Problem.Kind.UNDER_REPLICATED,
                            snapshot.name(),
                            "shards without all their copies: " + brief(shards)));
        });
    }

    private static String brief(List<?> shards) {
        int shown = 10;
        return shards.size() <= shown
                ? shards.toString()
                : shards.subList(0, shown) + " and " + (shards.size() - shown) + " more";
    }
}
