package io.concordkv.operator.plan;

import static java.util.stream.Collectors.joining;

import io.concordkv.operator.observe.NodeAnswer;
import io.concordkv.operator.observe.NodeFacts;
import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.Snapshot;
import io.concordkv.operator.render.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Judges identity (SAFETY I3): read what all volumes carry first, adopt what is found, found only
/// what never existed, never found twice.
final class Formation {
    static final int PEER_PORT = 7070;

    private Formation() {}

    static Stage judge(Snapshot snapshot, int replicas) {
        Map<String, NodeFacts> answered = new LinkedHashMap<>();
        List<String> silent = new ArrayList<>();
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            String name = snapshot.nodeName(ordinal);
            switch (snapshot.answers().get(name)) {
                case NodeAnswer.Answered(var facts) -> answered.put(name, facts);
                case NodeAnswer.Silent(var reason) -> silent.add(name + ": " + waits(snapshot, name, reason));
                case null -> silent.add(name + ": " + waits(snapshot, name, "starting"));
            }
        }
        Map<String, String> carriers = carriers(answered);
        @Nullable String stored = snapshot.recorded().clusterId();
        if (carriers.size() > 1
                || (snapshot.isBootstrapped() && carriers.keySet().stream().anyMatch(id -> !id.equals(stored)))) {
            return new Stage.Conflicting(conflict(snapshot, carriers));
        }
        if (snapshot.isBootstrapped()) {
            return silent.isEmpty() && carriers.isEmpty() && !answered.isEmpty() ? lost(snapshot) : new Stage.Active();
        }
        if (carriers.size() == 1 && (stored == null || !carriers.containsKey(stored))) {
            return new Stage.Carried(carriers.keySet().iterator().next());
        }
        return notYetActive(snapshot, answered, silent, stored);
    }

    private static Stage notYetActive(
            Snapshot snapshot, Map<String, NodeFacts> answered, List<String> silent, @Nullable String stored) {
        boolean someActive = answered.values().stream().anyMatch(f -> f.state().isActivated());
        boolean somePrepared = answered.values().stream().anyMatch(f -> f.state() == NodeState.PREPARED);
        boolean someEmpty = answered.values().stream().anyMatch(f -> f.state() == NodeState.EMPTY);
        if (someActive && (someEmpty || !somePrepared)) {
            return new Stage.JustActive();
        }
        if (!silent.isEmpty()) {
            return new Stage.Waiting(silent);
        }
        List<String> removed = answered.entrySet().stream()
                .filter(e -> e.getValue().state() == NodeState.REMOVED)
                .map(e -> e.getKey() + ": still puts the data of its former cluster away")
                .toList();
        if (!removed.isEmpty()) {
            return new Stage.Waiting(removed);
        }
        if (stored == null) {
            return new Stage.Fresh();
        }
        List<String> unknownVolumes = founders(snapshot, answered).entrySet().stream()
                .filter(e -> e.getValue().volumeId() == null)
                .map(e -> e.getKey() + ": has not named its volume")
                .toList();
        if (!unknownVolumes.isEmpty()) {
            return new Stage.Waiting(unknownVolumes);
        }
        return new Stage.Foundable(snapshot.nodeName(0), body(snapshot, stored, founders(snapshot, answered)));
    }

    private static Map<String, NodeFacts> founders(Snapshot snapshot, Map<String, NodeFacts> answered) {
        var founders = new LinkedHashMap<String, NodeFacts>();
        for (int ordinal = 0; ordinal < snapshot.spec().nodes(); ordinal++) {
            String name = snapshot.nodeName(ordinal);
            founders.put(name, Objects.requireNonNull(answered.get(name)));
        }
        return founders;
    }

    private static Founding body(Snapshot snapshot, String clusterId, Map<String, NodeFacts> founders) {
        var nodes = founders.entrySet().stream()
                .map(e -> new FoundingMember(
                        e.getKey(),
                        Objects.requireNonNull(e.getValue().volumeId()),
                        e.getKey() + "." + Names.host(Names.peers(snapshot.name()), snapshot.namespace()) + ":"
                                + PEER_PORT,
                        Objects.requireNonNullElse(e.getValue().zone(), "")))
                .toList();
        var spec = snapshot.spec();
        return new Founding(clusterId, spec.replicationFactor(), spec.shards(), spec.engine(), nodes);
    }

    /// Cluster ids found, each with the nodes that carry it.
    private static Map<String, String> carriers(Map<String, NodeFacts> answered) {
        var carriers = new TreeMap<String, String>();
        answered.forEach((name, facts) -> {
            if (facts.clusterId() != null && facts.state() != NodeState.REMOVED) {
                carriers.merge(facts.clusterId(), name, (a, b) -> a + ", " + b);
            }
        });
        return carriers;
    }

    private static Problem conflict(Snapshot snapshot, Map<String, String> carriers) {
        String found = carriers.entrySet().stream()
                .map(e -> e.getKey() + " on " + e.getValue())
                .collect(joining("; "));
        String stored = snapshot.isBootstrapped()
                ? "; this resource belongs to " + snapshot.recorded().clusterId()
                : "";
        return new Problem(
                Problem.Kind.IDENTITY_CONFLICT,
                snapshot.name(),
                "volumes of different clusters: " + found + stored
                        + ". Nothing is founded or restarted until each volume belongs to one cluster");
    }

    private static Stage.Lost lost(Snapshot snapshot) {
        return new Stage.Lost(new Problem(
                Problem.Kind.DATA_LOST,
                snapshot.name(),
                ("cluster %s was active but every node's volume is empty; it is not founded again."
                                + " Bring the volumes back, or delete the resource and create it anew")
                        .formatted(snapshot.recorded().clusterId())));
    }

    private static String waits(Snapshot snapshot, String name, String why) {
        return snapshot.pod(name)
                .map(pod -> Diagnosis.cannotStart(snapshot, pod).isPresent() ? "cannot start" : why)
                .orElse("no pod yet");
    }

    /// Why a pod has no answer, for people.
    static String describe(Snapshot snapshot, PodFacts pod) {
        var container = pod.container();
        if (Diagnosis.cannotStart(snapshot, pod).isPresent()) {
            return "it cannot start";
        }
        if (container.waiting() != null) {
            return container.waiting() + (container.message() == null ? "" : ": " + container.message());
        }
        return container.running() ? "running, not ready" : "not started";
    }
}
