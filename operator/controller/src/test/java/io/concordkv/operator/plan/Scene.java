package io.concordkv.operator.plan;

import io.concordkv.crds.ClusterMember;
import io.concordkv.crds.ConcordClusterSpec;
import io.concordkv.crds.ConcordClusterStatus;
import io.concordkv.crds.CurrentAction;
import io.concordkv.operator.observe.BudgetFacts;
import io.concordkv.operator.observe.ClaimFacts;
import io.concordkv.operator.observe.ClusterFacts;
import io.concordkv.operator.observe.ContainerFacts;
import io.concordkv.operator.observe.NodeAnswer;
import io.concordkv.operator.observe.NodeFacts;
import io.concordkv.operator.observe.NodeState;
import io.concordkv.operator.observe.PodFacts;
import io.concordkv.operator.observe.ReservationFacts;
import io.concordkv.operator.observe.SetFacts;
import io.concordkv.operator.observe.ShardFacts;
import io.concordkv.operator.observe.Snapshot;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A snapshot in the making, for scenarios: cluster `c` in namespace `ns`, pods `c-a-0`…
final class Scene {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private static final String IMAGE = "concordkv/node:new";

    private final int pods;
    private int wanted;
    private int claims;
    private boolean earlierLife;
    private @Nullable Instant nudged;
    private final Map<Integer, String> unbound = new TreeMap<>();
    private final Map<Integer, String> unscheduled = new TreeMap<>();
    private final Map<String, String> refused = new TreeMap<>();
    private final Map<Integer, String> said = new TreeMap<>();
    private boolean active;
    private boolean setBehind;
    private boolean settled = true;
    private boolean clusterFacts = true;
    private boolean underReplicated;
    private @Nullable String clusterId;
    private @Nullable CurrentAction action;
    private @Nullable BudgetFacts budget;
    private @Nullable ReservationFacts reservation;
    private final Map<Integer, NodeState> states = new TreeMap<>();
    private final Map<Integer, String> foreign = new TreeMap<>();
    private final Map<Integer, Integer> leaders = new TreeMap<>();
    private final Map<Integer, ContainerFacts> stopped = new TreeMap<>();
    private final Map<Integer, List<String>> damagedShards = new TreeMap<>();
    private final Set<String> longAway = new TreeSet<>();
    private final List<Integer> silent = new ArrayList<>();
    private final List<Integer> unready = new ArrayList<>();
    private final List<Integer> deleting = new ArrayList<>();
    private final List<Integer> outdated = new ArrayList<>();

    private Scene(int pods) {
        this.pods = pods;
        this.wanted = pods;
    }

    static Scene of(int pods) {
        return new Scene(pods);
    }

    Scene node(int ordinal, NodeState state) {
        states.put(ordinal, state);
        return this;
    }

    Scene all(NodeState state) {
        for (int i = 0; i < pods; i++) {
            states.put(i, state);
        }
        return this;
    }

    Scene silent(int ordinal) {
        silent.add(ordinal);
        return this;
    }

    Scene longAway(int ordinal) {
        longAway.add("c-a-" + ordinal);
        return this;
    }

    Scene unready(int ordinal) {
        unready.add(ordinal);
        return this;
    }

    /// Somebody evicts it.
    Scene deleting(int ordinal) {
        deleting.add(ordinal);
        return this;
    }

    Scene stopped(int ordinal, @Nullable String waiting, @Nullable String exited) {
        stopped.put(ordinal, new ContainerFacts(false, null, waiting, null, exited, IMAGE));
        return this;
    }

    Scene foreign(int ordinal, String id) {
        foreign.put(ordinal, id);
        return this;
    }

    Scene leaders(int ordinal, int count) {
        leaders.put(ordinal, count);
        return this;
    }

    Scene damagedShards(int ordinal, String... shards) {
        damagedShards.put(ordinal, List.of(shards));
        return this;
    }

    Scene allOutdated() {
        for (int i = 0; i < pods; i++) {
            outdated.add(i);
        }
        return this;
    }

    Scene updated(int ordinal) {
        outdated.remove(Integer.valueOf(ordinal));
        return this;
    }

    Scene clusterId(String id) {
        clusterId = id;
        return this;
    }

    Scene active() {
        active = true;
        clusterId = "c1";
        return this;
    }

    /// Claims kept from an earlier life; nothing else is there yet.
    Scene claims(int count) {
        claims = count;
        earlierLife = true;
        return this;
    }

    Scene unbound(int ordinal, String why) {
        claims = pods;
        unbound.put(ordinal, why);
        return this;
    }

    Scene unscheduled(int ordinal, String why) {
        unscheduled.put(ordinal, why);
        return stopped(ordinal, null, null);
    }

    /// The pod is missing, and Kubernetes says why.
    Scene refused(int ordinal, String why) {
        refused.put("c-a-" + ordinal, why);
        return this;
    }

    /// @param secondsAgo when another try was asked for
    Scene nudged(int secondsAgo) {
        nudged = NOW.minusSeconds(secondsAgo);
        return this;
    }

    /// What the status says of a node since earlier.
    Scene said(int ordinal, String reason) {
        said.put(ordinal, reason);
        return this;
    }

    /// It runs again after its last end.
    ///
    /// @param secondsAgo since when
    Scene runsAgain(int ordinal, String exited, int secondsAgo) {
        stopped.put(ordinal, new ContainerFacts(true, NOW.minusSeconds(secondsAgo), null, null, exited, IMAGE));
        return unready(ordinal).silent(ordinal);
    }

    Scene noImage(int ordinal, @Nullable String cause) {
        stopped.put(ordinal, new ContainerFacts(false, null, "ImagePullBackOff", cause, null, IMAGE));
        return this;
    }

    Scene wanted(int nodes) {
        wanted = nodes;
        return this;
    }

    /// The StatefulSet's controller has not looked at the newest template.
    Scene setBehind() {
        setBehind = true;
        return this;
    }

    Scene unsettled() {
        settled = false;
        return this;
    }

    Scene withoutClusterFacts() {
        clusterFacts = false;
        return this;
    }

    Scene underReplicated(boolean is) {
        underReplicated = is;
        return this;
    }

    Scene budget(int maxUnavailable, boolean closed) {
        budget = new BudgetFacts(maxUnavailable, closed);
        return this;
    }

    /// A node reserved by the operator of this cluster.
    Scene reserved(int ordinal) {
        return reserved(ordinal, "concord-operator/ns/c");
    }

    Scene reserved(int ordinal, String owner) {
        reservation = new ReservationFacts(Integer.toString(ordinal + 1), owner);
        return this;
    }

    /// @param secondsAgo since the target was chosen
    Scene restarting(String pod, int secondsAgo) {
        action = new CurrentAction(
                "Restarting", pod, NOW.minusSeconds(secondsAgo).toString(), "the pod template changed");
        return this;
    }

    String target() {
        return Planner.plan(snapshot()).action().orElseThrow().target();
    }

    OptionalInt maxUnavailable() {
        return Planner.plan(snapshot()).decisions().stream()
                .filter(Decision.ApplyObjects.class::isInstance)
                .map(Decision.ApplyObjects.class::cast)
                .findFirst()
                .orElseThrow()
                .maxUnavailable();
    }

    Snapshot snapshot() {
        var podFacts = new ArrayList<PodFacts>();
        var answers = new TreeMap<String, NodeAnswer>();
        var claimFacts = new ArrayList<ClaimFacts>();
        var members = new ArrayList<ClusterMember>();
        var ids = new TreeMap<String, String>();
        for (int i = 0; i < pods; i++) {
            String name = "c-a-" + i;
            String id = Integer.toString(i + 1);
            if (active) {
                members.add(new ClusterMember(name, id, "a", "serving", 9, 3, "1", said.get(i)));
                ids.put(name, id);
            }
            if (refused.containsKey(name)) {
                continue;
            }
            ContainerFacts container = stopped.getOrDefault(i, new ContainerFacts(true, null, null, null, null, IMAGE));
            boolean ready = active && container.running() && !unready.contains(i);
            podFacts.add(new PodFacts(
                    name,
                    "uid-" + i,
                    i,
                    outdated.contains(i) ? "old" : "new",
                    ready,
                    deleting.contains(i),
                    container.running() ? "10.0.0." + i : null,
                    unscheduled.get(i),
                    container));
            if (container.running() && silent.contains(i)) {
                answers.put(name, new NodeAnswer.Silent("connection refused"));
            } else if (container.running() && states.containsKey(i)) {
                answers.put(name, new NodeAnswer.Answered(facts(i, states.get(i))));
            }
        }
        for (int i = 0; i < claims; i++) {
            claimFacts.add(new ClaimFacts("data-c-a-" + i, "claim-" + i, i, false, unbound.get(i)));
        }
        return new Snapshot(
                "ns",
                "c",
                1,
                false,
                spec(),
                new ConcordClusterStatus(
                        1L,
                        clusterId,
                        active ? true : null,
                        null,
                        null,
                        null,
                        null,
                        members,
                        null,
                        action,
                        List.of(),
                        null,
                        null,
                        List.of()),
                earlierLife
                        ? Optional.empty()
                        : Optional.of(new SetFacts("set", pods, !setBehind, "new", refused, nudged)),
                earlierLife ? List.of() : podFacts,
                claimFacts,
                Optional.ofNullable(budget),
                settled,
                answers,
                longAway,
                active && clusterFacts && states.containsValue(NodeState.SERVING)
                        ? Optional.of(new ClusterFacts(
                                "c1",
                                ids,
                                List.of(
                                        new ShardFacts(0, true, true, false),
                                        new ShardFacts(1, true, true, underReplicated)),
                                Optional.ofNullable(reservation)))
                        : Optional.empty(),
                NOW);
    }

    private NodeFacts facts(int ordinal, NodeState state) {
        boolean empty = state == NodeState.EMPTY;
        return new NodeFacts(
                empty ? null : Integer.toString(ordinal + 1),
                empty ? null : foreign.getOrDefault(ordinal, "c1"),
                "volume-" + ordinal,
                state,
                "1",
                "a",
                9,
                leaders.getOrDefault(ordinal, 0),
                damagedShards.getOrDefault(ordinal, List.of()));
    }

    private ConcordClusterSpec spec() {
        return Serialization.unmarshal(
                "{\"nodes\":%d,\"replicationFactor\":%d}".formatted(wanted, wanted >= 3 ? 3 : 1),
                ConcordClusterSpec.class);
    }
}
