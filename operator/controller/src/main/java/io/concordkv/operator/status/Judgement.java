package io.concordkv.operator.status;

import static java.util.stream.Collectors.joining;

import io.concordkv.operator.act.ActReport;
import io.concordkv.operator.observe.ClusterFacts;
import io.concordkv.operator.observe.NodeFacts;
import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.SetFacts;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.plan.Members;
import io.concordkv.operator.plan.Plan;
import io.concordkv.operator.plan.Problem;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Judges the ten conditions from what was seen, decided and done.
final class Judgement {
    private final Snapshot snapshot;
    private final Plan plan;
    private final ActReport report;
    private final Members members;
    private final List<Problem> problems;
    private final List<String> blockers;

    Judgement(Snapshot snapshot, Plan plan, ActReport report) {
        this.snapshot = snapshot;
        this.plan = plan;
        this.report = report;
        this.members = Members.of(snapshot);
        this.problems = Stream.concat(plan.problems().stream(), report.problems().stream())
                .sorted(Comparator.comparing(Problem::kind).thenComparing(Problem::subject))
                .toList();
        this.blockers = Stream.concat(plan.blockers().stream(), report.blockers().stream())
                .distinct()
                .toList();
    }

    List<Problem> problems() {
        return problems;
    }

    List<String> blockers() {
        return blockers;
    }

    boolean isStalled() {
        return stalling().isPresent();
    }

    /// Everything is as the spec says and nothing is under way.
    boolean isConverged() {
        return unfinished().isEmpty();
    }

    Map<ConditionType, Verdict> verdicts() {
        var verdicts = new EnumMap<ConditionType, Verdict>(ConditionType.class);
        for (ConditionType type : ConditionType.values()) {
            verdicts.put(type, verdict(type));
        }
        return verdicts;
    }

    private Verdict verdict(ConditionType type) {
        return switch (type) {
            case READY ->
                unfinished()
                        .map(open -> Verdict.no(open.reason(), open.message()))
                        .orElseGet(() ->
                                Verdict.yes("AsDeclared", "every node serves and every shard has all its copies"));
            case AVAILABLE -> available();
            case QUORATE -> quorate();
            case RECONCILING -> reconciling();
            case STALLED ->
                stalling()
                        .map(p -> Verdict.yes(p.kind().reason(), p.message()))
                        .orElseGet(() -> Verdict.no("NotStalled", "nothing waits for a person"));
            case PROGRESSING -> progressing();
            case DEGRADED ->
                first(Problem.Kind::degrades)
                        .map(p -> Verdict.yes(p.kind().reason(), all(Problem.Kind::degrades)))
                        .orElseGet(() -> Verdict.no("Whole", "no node or copy is missing"));
            case BALANCED -> balanced();
            case SCALE_DOWN_BLOCKED -> scaleDownBlocked();
            case PAUSED ->
                snapshot.spec().paused()
                        ? Verdict.yes("PausedBySpec", "spec.paused is true: nothing is written but status")
                        : Verdict.no("NotPaused", "the operator acts");
        };
    }

    private Verdict available() {
        Verdict quorate = quorate();
        if (!Boolean.TRUE.equals(quorate.holds())) {
            return quorate;
        }
        return snapshot.pods().stream().anyMatch(PodFacts::ready)
                ? Verdict.yes("Serving", "every shard can be read and written")
                : Verdict.no("NoReadyNode", "no node is ready to take requests");
    }

    private Verdict quorate() {
        if (!isActive()) {
            return Verdict.no("NotFounded", "the cluster is not founded yet");
        }
        Optional<ClusterFacts> cluster = snapshot.cluster();
        if (cluster.isPresent()) {
            List<Long> without = cluster.get().shards().stream()
                    .filter(s -> !s.led() || !s.quorate())
                    .map(s -> s.id())
                    .limit(10)
                    .toList();
            return without.isEmpty() && cluster.get().isQuorate()
                    ? Verdict.yes("EveryShardHasAQuorum", "every shard has a leader and a majority")
                    : Verdict.no("QuorumLost", "shards without leader or majority: " + without);
        }
        long ready = snapshot.pods().stream().filter(PodFacts::ready).count();
        if (ready == members.size() && ready > 0) {
            return snapshot.recorded()
                    .condition(ConditionType.QUORATE.word())
                    .filter(c -> c.holds())
                    .map(c -> Verdict.yes(c.reason(), c.message()))
                    .orElseGet(() -> Verdict.unknown("NoAnswer", "no node says how the shards are"));
        }
        return ready * 2 > members.size()
                ? Verdict.unknown("NoAnswer", "no node says how the shards are")
                : Verdict.no("QuorumLost", ready + " of " + members.size() + " nodes are ready");
    }

    private Verdict reconciling() {
        if (isStalled() || isConverged() || snapshot.spec().paused()) {
            return Verdict.no(
                    isStalled() ? "Stalled" : isConverged() ? "AsDeclared" : "Paused", "nothing is under way");
        }
        var open = unfinished().orElseThrow();
        return Verdict.yes(open.reason(), open.message());
    }

    private Verdict progressing() {
        Optional<Problem> stalling = stalling();
        if (stalling.isPresent()) {
            return Verdict.no(stalling.get().kind().reason(), stalling.get().message());
        }
        return plan.action()
                .map(action -> Verdict.yes(
                        action.type().word(),
                        blockers.isEmpty()
                                ? action.target() + ": " + action.reason()
                                : action.target() + ": " + String.join("; ", blockers)))
                .orElseGet(() -> Verdict.yes("Complete", "nothing is under way"));
    }

    private Verdict balanced() {
        List<Integer> leaders = snapshot.pods().stream()
                .flatMap(p -> snapshot.node(p.name()).stream())
                .filter(f -> f.state() == NodeState.SERVING)
                .map(NodeFacts::leaders)
                .toList();
        if (leaders.isEmpty()) {
            return Verdict.unknown("NoAnswer", "no node says what it leads");
        }
        int most = leaders.stream().mapToInt(i -> i).max().orElse(0);
        int fewest = leaders.stream().mapToInt(i -> i).min().orElse(0);
        int fair = (leaders.stream().mapToInt(i -> i).sum() + leaders.size() - 1) / leaders.size();
        return most - fewest <= Math.max(2, fair)
                ? Verdict.yes("LeadersSpread", "leaders are spread over the nodes")
                : Verdict.no("LeadersUneven", "some nodes lead far more shards than others");
    }

    private Verdict scaleDownBlocked() {
        boolean smaller = members.size() > 0
                && snapshot.isBootstrapped()
                && snapshot.spec().nodes() < members.size();
        return smaller
                ? Verdict.yes(
                        Problem.Kind.SCALING_NOT_YET_SUPPORTED.reason(),
                        "spec.nodes is %d, the cluster keeps its %d nodes"
                                .formatted(snapshot.spec().nodes(), members.size()))
                : Verdict.no("NotScalingDown", "no fewer nodes are asked for");
    }

    private record Open(String reason, String message) {}

    /// The first thing that is not as declared.
    private Optional<Open> unfinished() {
        Optional<Problem> problem = problems.stream().findFirst();
        if (problem.isPresent()) {
            return problem.map(p -> new Open(p.kind().reason(), p.message()));
        }
        if (snapshot.spec().paused()) {
            return Optional.of(new Open("Paused", "spec.paused is true; nobody checks whether all is as declared"));
        }
        if (plan.action().isPresent()) {
            var action = plan.action().get();
            return Optional.of(new Open(
                    action.type().word(),
                    action.target() + ": " + (blockers.isEmpty() ? action.reason() : String.join("; ", blockers))));
        }
        if (report.hasWritten()) {
            return Optional.of(new Open("ObjectsChanged", "objects were just brought to what the spec says"));
        }
        if (!isActive()) {
            return Optional.of(new Open("NotFounded", "the cluster is not founded yet"));
        }
        Optional<Open> rollout = rollout();
        if (rollout.isPresent()) {
            return rollout;
        }
        String missing = members.nodeIds().keySet().stream()
                .filter(name -> !isServing(name))
                .collect(joining(", "));
        if (!missing.isEmpty() || members.size() == 0) {
            return Optional.of(new Open("NodesNotReady", "not serving yet: " + missing));
        }
        Verdict quorate = quorate();
        return Boolean.TRUE.equals(quorate.holds())
                ? Optional.empty()
                : Optional.of(new Open(quorate.reason(), quorate.message()));
    }

    /// Between two steps of a rollout nothing may be under way, and it is not over all the same.
    private Optional<Open> rollout() {
        if (!snapshot.settled() || snapshot.set().filter(SetFacts::current).isEmpty()) {
            return Optional.of(new Open("ObjectsChanged", "what was just written has not been taken up yet"));
        }
        String wanted = snapshot.set().get().updateRevision();
        String outdated = snapshot.pods().stream()
                .filter(pod -> !pod.revision().equals(wanted))
                .map(PodFacts::name)
                .collect(joining(", "));
        return outdated.isEmpty()
                ? Optional.empty()
                : Optional.of(new Open("RolloutPending", "not yet restarted with the newest template: " + outdated));
    }

    private boolean isServing(String name) {
        boolean ready = snapshot.pod(name).filter(PodFacts::ready).isPresent();
        return ready
                && snapshot.node(name).map(f -> f.state() == NodeState.SERVING).orElse(true);
    }

    private boolean isActive() {
        return snapshot.isBootstrapped() || report.isActive();
    }

    private Optional<Problem> stalling() {
        return first(Problem.Kind::stalls);
    }

    private Optional<Problem> first(Predicate<Problem.Kind> which) {
        return problems.stream().filter(p -> which.test(p.kind())).findFirst();
    }

    private String all(Predicate<Problem.Kind> which) {
        return problems.stream()
                .filter(p -> which.test(p.kind()))
                .map(Problem::message)
                .limit(5)
                .collect(joining("; "));
    }
}
