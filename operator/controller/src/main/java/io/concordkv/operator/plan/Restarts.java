package io.concordkv.operator.plan;

import io.concordkv.crds.CurrentAction;
import io.concordkv.operator.observe.ClusterFacts;
import io.concordkv.operator.observe.NodeFacts;
import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.SetFacts;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.render.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Brings pods of an old template to the new one, one at a time: those that do not serve first,
/// the one that leads most last. The node chosen is stored in status before anything is done to it,
/// so a new operator goes on with the same one.
final class Restarts {
    /// Leaders are asked to move when the reservation is granted; after this long the node stops
    /// anyway and hands over what is left while it shuts down.
    static final Duration LEADERS_MOVE_WITHIN = Duration.ofSeconds(30);

    private final Snapshot snapshot;
    private final Members members;
    private final List<Decision> decisions = new ArrayList<>();
    private final List<String> blockers = new ArrayList<>();

    private Restarts(Snapshot snapshot, Members members) {
        this.snapshot = snapshot;
        this.members = members;
    }

    /// @param action what stays or comes under way
    record Outcome(List<Decision> decisions, Optional<Action> action, List<String> blockers) {}

    static Outcome plan(Snapshot snapshot, Members members) {
        var restarts = new Restarts(snapshot, members);
        Optional<Action> action = restarts.decide();
        return new Outcome(restarts.decisions, action, restarts.blockers);
    }

    private Optional<Action> decide() {
        Optional<CurrentAction> stored = Optional.ofNullable(snapshot.recorded().currentAction())
                .filter(a -> Action.Type.RESTARTING.word().equals(a.type()));
        if (!snapshot.settled() || snapshot.set().filter(SetFacts::current).isEmpty()) {
            // The cache is behind our own writes: whatever it shows may be gone already.
            return stored.map(Restarts::keep);
        }
        releaseStray(stored);
        List<PodFacts> outdated = candidates();
        if (stored.isEmpty()) {
            return outdated.stream().findFirst().map(this::begin);
        }
        return goOn(stored.get(), outdated);
    }

    private Optional<Action> goOn(CurrentAction action, List<PodFacts> outdated) {
        Optional<PodFacts> target = snapshot.pod(action.target());
        if (target.isEmpty() || target.get().deleting()) {
            blockers.add(action.target() + " is stopping or not created yet");
            return Optional.of(keep(action));
        }
        PodFacts pod = target.get();
        if (outdated.contains(pod)) {
            PodFacts first = outdated.getFirst();
            if (!first.equals(pod) && serves(pod) && !serves(first)) {
                // A node that does not serve costs nothing: it goes first, this one gets its right back.
                // Not waited for: without a leader nothing can be released, and the other pod may be what
                // brings the leader back.
                release(pod, Optional.empty());
                return Optional.of(begin(first));
            }
            restart(pod, action);
            return Optional.of(keep(action));
        }
        if (serves(pod) || nodeHoldsNothing(pod)) {
            release(pod, Optional.of(keep(action)));
            return Optional.empty();
        }
        blockers.add("waiting for " + pod.name() + " to be ready: " + Formation.describe(snapshot, pod));
        return Optional.of(keep(action));
    }

    private void restart(PodFacts pod, CurrentAction action) {
        if (nodeHoldsNothing(pod)) {
            decisions.add(new Decision.DeletePod(pod.name(), pod.uid(), "the node holds no replica"));
            return;
        }
        if (!pod.container().running() && topologyIsLeaderless()) {
            decisions.add(new Decision.DeletePod(
                    pod.name(), pod.uid(), "no container of it runs and the topology group has no leader"));
            return;
        }
        Optional<String> nodeId = members.nodeId(pod.name());
        Optional<String> via = via(pod);
        if (nodeId.isEmpty() || via.isEmpty()) {
            blockers.add(
                    nodeId.isEmpty()
                            ? "the node id of " + pod.name() + " is not known yet"
                            : "no node answers to grant the restart of " + pod.name());
            return;
        }
        boolean closed = !Budgets.isWanted(snapshot, members)
                || snapshot.budget()
                        .filter(b -> b.maxUnavailable() == 0 && b.closed())
                        .isPresent();
        boolean leaderless = leaders(pod) == 0 || waitedLongEnough(action);
        if (!closed) {
            blockers.add("waiting for the disruption budget to close");
        }
        if (!leaderless) {
            blockers.add("waiting for the leaders of " + pod.name() + " to move");
        }
        List<String> away = isOut(pod) ? List.of() : othersAway(pod);
        if (!away.isEmpty()) {
            blockers.add("waiting with " + pod.name() + " for " + String.join(", ", away));
        }
        boolean mayDelete = closed && leaderless && away.isEmpty();
        decisions.add(new Decision.RestartNode(pod.name(), pod.uid(), nodeId.get(), via.get(), mayDelete));
    }

    /// The cluster counts a node as caught up for two seconds after it last heard from it. What Kubernetes
    /// and the nodes say now keeps a second one from stopping in that time: a pod that was evicted before
    /// the budget closed, or whose machine has just failed. Whoever is away for longer does not hold the
    /// others back: the cluster knows, and grants what its shards can bear.
    private List<String> othersAway(PodFacts target) {
        return members.nodeIds().keySet().stream()
                .filter(name -> !name.equals(target.name()))
                .filter(name -> isDeleting(name)
                        || (!snapshot.longAway().contains(name)
                                && snapshot.pod(name).filter(this::serves).isEmpty()))
                .toList();
    }

    private boolean isDeleting(String pod) {
        return snapshot.pod(pod).filter(PodFacts::deleting).isPresent();
    }

    /// Stopping a node that does not serve takes nothing away. What it says itself counts; without an answer
    /// what Kubernetes says, which calls nodes not ready whose machine it has lost sight of.
    private boolean isOut(PodFacts pod) {
        return snapshot.node(pod.name())
                .map(f -> f.state() != NodeState.SERVING && f.state() != NodeState.DRAINING)
                .orElse(!pod.ready());
    }

    /// Outdated pods, best first.
    private List<PodFacts> candidates() {
        String wanted = snapshot.set().orElseThrow().updateRevision();
        return snapshot.pods().stream()
                .filter(p -> !p.deleting() && !p.revision().equals(wanted))
                .sorted(Comparator.comparing((PodFacts p) -> p.container().running())
                        .thenComparing(this::serves)
                        .thenComparingInt(this::leaders)
                        .thenComparingInt(PodFacts::ordinal))
                .toList();
    }

    private Action begin(PodFacts pod) {
        return new Action(Action.Type.RESTARTING, pod.name(), "the pod template changed");
    }

    private static Action keep(CurrentAction action) {
        return new Action(Action.Type.RESTARTING, action.target(), action.reason());
    }

    private void release(PodFacts pod, Optional<Action> until) {
        via(pod).ifPresent(via -> members.nodeId(pod.name())
                .ifPresent(id -> decisions.add(new Decision.Release(pod.name(), id, via, until))));
    }

    /// A reservation of ours for a node that is not the target: asked for and given up, but granted
    /// later, or never given back. No other node would ever be granted while it lasts.
    private void releaseStray(Optional<CurrentAction> stored) {
        String owner = Names.reservationOwner(snapshot.namespace(), snapshot.name());
        Optional<String> target = stored.map(CurrentAction::target);
        snapshot.cluster()
                .flatMap(ClusterFacts::reservation)
                .filter(r -> r.owner().equals(owner))
                .flatMap(r -> members.name(r.nodeId()))
                .filter(name -> !target.equals(Optional.of(name)))
                .flatMap(snapshot::pod)
                .ifPresent(pod -> release(pod, Optional.empty()));
    }

    private boolean serves(PodFacts pod) {
        return pod.ready()
                && snapshot.node(pod.name())
                        .filter(f -> f.state() == NodeState.SERVING)
                        .isPresent();
    }

    private boolean nodeHoldsNothing(PodFacts pod) {
        return snapshot.node(pod.name()).filter(f -> f.state().holdsNothing()).isPresent();
    }

    private int leaders(PodFacts pod) {
        return snapshot.node(pod.name()).map(NodeFacts::leaders).orElse(0);
    }

    /// A node to ask: one that serves and stays, else the node itself.
    private Optional<String> via(PodFacts stopping) {
        return snapshot.pods().stream()
                .filter(p -> snapshot.node(p.name())
                        .filter(f -> f.state() == NodeState.SERVING || f.state() == NodeState.DRAINING)
                        .isPresent())
                .sorted(Comparator.comparing((PodFacts p) -> p.name().equals(stopping.name()))
                        .thenComparing(p -> !p.ready())
                        .thenComparingInt(PodFacts::ordinal))
                .map(PodFacts::name)
                .findFirst();
    }

    /// Silence of all nodes counts only together with what Kubernetes says about their pods.
    private boolean topologyIsLeaderless() {
        Optional<ClusterFacts> cluster = snapshot.cluster();
        if (cluster.isPresent()) {
            return !cluster.get().topologyIsLed();
        }
        long running = snapshot.pods().stream()
                .filter(p -> p.container().running() && !nodeHoldsNothing(p))
                .count();
        int voters = Math.max(members.size(), snapshot.spec().nodes());
        return running * 2 <= voters;
    }

    private boolean waitedLongEnough(CurrentAction action) {
        return Instant.parse(action.startedAt()).plus(LEADERS_MOVE_WITHIN).isBefore(snapshot.now());
    }
}
