package io.concordkv.operator.plan;

import io.concordkv.operator.observe.ContainerFacts;
import io.concordkv.operator.observe.NodeAnswer;
import io.concordkv.operator.observe.NodeFacts;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.ShardFacts;
import io.concordkv.operator.observe.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Finds what is wrong with single nodes and shards.
final class Diagnosis {
    static final Duration RUNS_FOR_GOOD = Duration.ofSeconds(30);
    private static final String ENDS_AGAIN = " cannot start: its container ends again and again: ";

    private Diagnosis() {}

    static List<Problem> of(Snapshot snapshot, Members members) {
        var problems = new ArrayList<Problem>();
        problems.addAll(Placement.of(snapshot));
        for (PodFacts pod : snapshot.pods()) {
            cannotStart(snapshot, pod).ifPresent(problems::add);
        }
        if (snapshot.isBootstrapped()) {
            for (String name : members.nodeIds().keySet()) {
                member(snapshot, members, name).ifPresent(problems::add);
            }
            underReplicated(snapshot).ifPresent(problems::add);
        }
        return problems;
    }

    /// A container that fails again and again runs for a moment each time: it still cannot start until
    /// its pod is ready or it has run for [RUNS_FOR_GOOD][#RUNS_FOR_GOOD].
    static Optional<Problem> cannotStart(Snapshot snapshot, PodFacts pod) {
        var container = pod.container();
        if (pod.deleting() || pod.ready()) {
            return Optional.empty();
        }
        if (container.isFailing()) {
            return Optional.of(cannotStart(pod, failure(snapshot, pod)));
        }
        boolean runsForGood = container.since() != null
                && container.since().plus(RUNS_FOR_GOOD).isBefore(snapshot.now());
        return container.waiting() == null && container.exited() != null && !runsForGood
                ? said(snapshot, pod.name(), pod.name() + ENDS_AGAIN)
                        .map(_ -> cannotStart(pod, ENDS_AGAIN + container.exited()))
                : Optional.empty();
    }

    private static Problem cannotStart(PodFacts pod, String why) {
        return new Problem(Problem.Kind.NODE_CANNOT_START, pod.name(), pod.name() + why);
    }

    private static String failure(Snapshot snapshot, PodFacts pod) {
        var container = pod.container();
        String waiting = Objects.requireNonNull(container.waiting());
        return switch (waiting) {
            case ContainerFacts.ENDS_AGAIN ->
                ENDS_AGAIN + Objects.requireNonNullElse(container.exited(), "as if it were done (exit code 0)");
            case ContainerFacts.IMAGE_UNAVAILABLE -> {
                String head = " cannot start: image " + container.image() + " cannot be pulled: ";
                String tail = "; correct spec.image, or make that image available: it is tried again";
                yield container.message() != null
                        ? head + container.message() + tail
                        : said(snapshot, pod.name(), pod.name() + head)
                                .map(text -> text.substring(pod.name().length()))
                                .orElse(head + "no cause is given" + tail);
            }
            default -> " cannot start: " + waiting + (container.message() == null ? "" : ": " + container.message());
        };
    }

    /// What the status says of the node since earlier, when it begins so.
    private static Optional<String> said(Snapshot snapshot, String name, String beginning) {
        String before = Problem.Kind.NODE_CANNOT_START.reason() + ": ";
        return snapshot.recorded()
                .member(name)
                .flatMap(m -> Optional.ofNullable(m.reason()))
                .filter(reason -> reason.startsWith(before + beginning))
                .map(reason -> reason.substring(before.length()));
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
