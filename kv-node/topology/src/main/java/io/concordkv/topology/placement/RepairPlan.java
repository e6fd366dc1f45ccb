package io.concordkv.topology.placement;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Member;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Which moves bring the replicas where they should be: off nodes that were replaced or are drained, and up to as
/// many as their keyspace wants; a learner of shard 0 on every node (SAFETY R7). A pure function of the state, and of
/// which nodes are fit to receive now.
public final class RepairPlan {
    private final ClusterState state;
    private final Predicate<NodeId> isFit;
    private final Map<NodeId, Integer> load = new TreeMap<>();

    /// One move to begin; [NodeId#NONE] as `from` only adds a replica.
    public record Step(ShardId shard, NodeId from, NodeId to, String reason) {}

    private RepairPlan(ClusterState state, Predicate<NodeId> isFit) {
        this.state = state;
        this.isFit = isFit;
        for (ShardRecord shard : state.shards().values()) {
            shard.configuration().members().forEach(it -> load.merge(it.node(), 1, Integer::sum));
        }
        state.moves().values().stream().filter(it -> !it.phase().isOver()).forEach(it -> count(it.to()));
    }

    /// @param isFit whether a node can be reached and has room
    /// @param most  moves under way at a time, those already begun included
    public static List<Step> next(ClusterState state, Predicate<NodeId> isFit, int most) {
        return new RepairPlan(state, isFit).steps(most);
    }

    private void count(NodeId node) {
        load.merge(node, 1, Integer::sum);
    }

    private List<Step> steps(int most) {
        Set<ShardId> moving = new HashSet<>();
        for (MoveRecord move : state.moves().values()) {
            if (!move.phase().isOver()) {
                moving.add(move.shard());
            }
        }
        List<Step> steps = new ArrayList<>();
        for (ShardRecord shard : state.shards().values()) {
            if (moving.size() + steps.size() < most && !moving.contains(shard.id()) && shard.isActive()) {
                step(shard).ifPresent(it -> {
                    steps.add(it);
                    count(it.to());
                });
            }
        }
        return steps;
    }

    private Optional<Step> step(ShardRecord shard) {
        if (shard.id().equals(ShardId.TOPOLOGY)) {
            return state.nodes().values().stream()
                    .filter(it -> it.isMember() && !shard.isOn(it.id()))
                    .findFirst()
                    .map(it -> new Step(shard.id(), NodeId.NONE, it.id(), "node " + it.id() + " joins"));
        }
        Optional<KeyspaceRecord> keyspace = state.keyspaces().values().stream()
                .filter(it -> it.id().value() == shard.keyspace() && !it.deleting())
                .findFirst();
        if (keyspace.isEmpty()) {
            return Optional.empty();
        }
        Optional<Member> unwanted = unwanted(shard);
        if (unwanted.isPresent()) {
            NodeId from = unwanted.get().node();
            String why = state.node(from).map(it -> it.standing().label()).orElse("gone");
            return target(shard, from).map(it -> new Step(shard.id(), from, it, "node " + from + " is " + why));
        }
        int voters = shard.configuration().voterCount();
        int wanted = keyspace.get().replicationFactor();
        return voters >= wanted
                ? Optional.empty()
                : target(shard, NodeId.NONE)
                        .map(it -> new Step(
                                shard.id(),
                                NodeId.NONE,
                                it,
                                "the shard has " + voters + " of " + wanted + " replicas"));
    }

    /// A voter whose node is not to have it; those that count for nothing come first.
    private Optional<Member> unwanted(ShardRecord shard) {
        return shard.configuration().members().stream()
                .filter(it -> it.isVoter()
                        && state.node(it.node()).filter(NodeRecord::isMember).isEmpty())
                .min(Comparator.comparing(it -> state.node(it.node())
                        .filter(n -> n.standing().isHeard())
                        .isPresent()));
    }

    /// A node of a zone that the shard is not in, and of those the one with the fewest replicas.
    private Optional<NodeId> target(ShardRecord shard, NodeId from) {
        Set<String> zones = new HashSet<>();
        for (Member member : shard.configuration().members()) {
            if (!member.node().equals(from)) {
                state.node(member.node()).ifPresent(it -> zones.add(it.zone()));
            }
        }
        return state.nodes().values().stream()
                .filter(it -> it.isMember() && !shard.isOn(it.id()) && isFit.test(it.id()))
                .min(Comparator.comparing((NodeRecord it) -> zones.contains(it.zone()))
                        .thenComparing(it -> load.getOrDefault(it.id(), 0))
                        .thenComparing(NodeRecord::id))
                .map(NodeRecord::id);
    }
}
