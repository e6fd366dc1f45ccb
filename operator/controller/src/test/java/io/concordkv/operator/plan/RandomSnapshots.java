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
import io.concordkv.operator.observe.SetFacts;
import io.concordkv.operator.observe.ShardFacts;
import io.concordkv.operator.observe.Snapshot;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Snapshots of every kind, likely and unlikely, from a seed.
final class RandomSnapshots {
    static final String CLUSTER_ID = "c1";
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private final Random random;

    RandomSnapshots(long seed) {
        this.random = new Random(seed);
    }

    Snapshot next() {
        int nodes = 1 + random.nextInt(7);
        int factor = nodes >= 3 && random.nextInt(4) > 0 ? 3 : 1;
        boolean bootstrapped = random.nextInt(3) > 0;
        int founded = bootstrapped ? (random.nextInt(5) == 0 ? 1 + random.nextInt(7) : nodes) : 0;
        int pods = Math.max(nodes, founded);
        boolean calm = random.nextInt(4) == 0;
        List<PodFacts> podFacts = new ArrayList<>();
        Map<String, NodeAnswer> answers = new TreeMap<>();
        for (int i = 0; i < pods; i++) {
            if (!calm && random.nextInt(10) == 0) {
                continue;
            }
            PodFacts pod = pod(i, calm);
            podFacts.add(pod);
            if (pod.container().running() && pod.ip() != null) {
                answers.put(pod.name(), answer(i, bootstrapped, calm));
            }
        }
        return new Snapshot(
                "ns",
                "c",
                3,
                random.nextInt(15) == 0,
                spec(nodes, factor),
                status(bootstrapped, founded),
                random.nextInt(10) == 0
                        ? Optional.empty()
                        : Optional.of(new SetFacts("set", pods, random.nextInt(5) > 0, "new", refused(), null)),
                podFacts,
                claims(pods),
                random.nextInt(4) == 0
                        ? Optional.empty()
                        : Optional.of(new BudgetFacts(random.nextInt(2), random.nextBoolean())),
                random.nextInt(4) > 0,
                answers,
                random.nextInt(3) > 0 ? Set.of() : Set.of("c-a-" + random.nextInt(Math.max(1, pods))),
                bootstrapped && random.nextInt(4) > 0 ? Optional.of(cluster(founded)) : Optional.empty(),
                NOW);
    }

    private ConcordClusterSpec spec(int nodes, int factor) {
        return Serialization.unmarshal(
                "{\"nodes\":%d,\"replicationFactor\":%d,\"paused\":%s,\"dataPolicy\":\"%s\",\"deletionProtection\":%s}"
                        .formatted(
                                nodes,
                                factor,
                                random.nextInt(12) == 0,
                                random.nextBoolean() ? "Retain" : "Delete",
                                random.nextInt(6) == 0),
                ConcordClusterSpec.class);
    }

    private Map<String, String> refused() {
        return random.nextInt(8) == 0 ? Map.of("c-a-" + random.nextInt(7), "exceeded quota") : Map.of();
    }

    private PodFacts pod(int ordinal, boolean calm) {
        boolean running = calm || random.nextInt(5) > 0;
        boolean ready = running && (calm || random.nextInt(4) > 0);
        return new PodFacts(
                "c-a-" + ordinal,
                "uid-" + ordinal,
                ordinal,
                random.nextBoolean() ? "new" : "old",
                ready,
                !calm && random.nextInt(12) == 0,
                running ? "10.0.0." + ordinal : null,
                running || random.nextBoolean() ? null : "no room",
                running ? new ContainerFacts(true, NOW, null, null, null, "image") : stopped());
    }

    private ContainerFacts stopped() {
        return random.nextBoolean()
                ? new ContainerFacts(false, null, "CrashLoopBackOff", null, "disk is gone", "image")
                : ContainerFacts.NONE;
    }

    private NodeAnswer answer(int ordinal, boolean bootstrapped, boolean calm) {
        if (!calm && random.nextInt(6) == 0) {
            return new NodeAnswer.Silent("connection refused");
        }
        NodeState state = bootstrapped
                ? (calm || random.nextInt(4) > 0
                        ? NodeState.SERVING
                        : NodeState.values()[random.nextInt(NodeState.values().length)])
                : (random.nextInt(8) > 0
                        ? NodeState.EMPTY
                        : NodeState.values()[random.nextInt(NodeState.values().length)]);
        @Nullable String clusterId = state == NodeState.EMPTY ? null : random.nextInt(40) == 0 ? "c2" : CLUSTER_ID;
        return new NodeAnswer.Answered(new NodeFacts(
                clusterId == null ? null : Integer.toString(ordinal + 1),
                clusterId,
                "volume-" + ordinal,
                state,
                "1",
                "a",
                8,
                random.nextInt(5),
                calm || random.nextInt(8) > 0 ? List.of() : List.of("1")));
    }

    private ClusterFacts cluster(int founded) {
        var ids = new TreeMap<String, String>();
        for (int i = 0; i < founded; i++) {
            ids.put("c-a-" + i, Integer.toString(i + 1));
        }
        var shards = new ArrayList<ShardFacts>();
        boolean whole = random.nextBoolean();
        for (int i = 0; i < 4; i++) {
            shards.add(new ShardFacts(
                    i,
                    whole || random.nextInt(5) > 0,
                    whole || random.nextInt(5) > 0,
                    !whole && random.nextInt(4) == 0));
        }
        return new ClusterFacts(CLUSTER_ID, ids, shards, Optional.empty());
    }

    private List<ClaimFacts> claims(int pods) {
        var claims = new ArrayList<ClaimFacts>();
        for (int i = 0; i < pods; i++) {
            claims.add(new ClaimFacts(
                    "data-c-a-" + i,
                    "claim-" + i,
                    i,
                    random.nextInt(9) == 0,
                    random.nextInt(9) == 0 ? "no class" : null));
        }
        return claims;
    }

    private ConcordClusterStatus status(boolean bootstrapped, int founded) {
        var members = new ArrayList<ClusterMember>();
        for (int i = 0; i < founded; i++) {
            members.add(new ClusterMember("c-a-" + i, Integer.toString(i + 1), "a", "serving", 8, 3, "1", null));
        }
        boolean restarting = random.nextInt(3) == 0;
        return new ConcordClusterStatus(
                2L,
                bootstrapped || random.nextBoolean() ? CLUSTER_ID : null,
                bootstrapped ? true : null,
                null,
                null,
                null,
                null,
                members,
                null,
                restarting
                        ? new CurrentAction(
                                "Restarting",
                                "c-a-" + random.nextInt(7),
                                random.nextBoolean() ? "2026-01-01T00:00:00Z" : "2026-01-01T00:00:55Z",
                                "the pod template changed")
                        : null,
                List.of(),
                null,
                null,
                List.of());
    }
}
