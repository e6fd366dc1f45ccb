package io.concordkv.topology.founding;

import io.concordkv.base.KeyspaceId;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.topology.placement.KeyspacePlan;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The first state of a cluster, from its body alone: node ids in the order of the body, the topology
/// group (SAFETY R7), the keyspace `default`.
public final class FoundingPlan {
    private static final int TOPOLOGY_VOTERS_MAX = 5;

    private FoundingPlan() {}

    public static ClusterState state(FoundingBody body) {
        TreeMap<NodeId, NodeRecord> nodes = new TreeMap<>();
        long next = 1;
        for (FoundingBody.FoundingNode node : body.nodes()) {
            NodeId id = new NodeId(next++);
            nodes.put(id, NodeRecord.unreported(id, node.name(), node.volume(), node.address(), node.zone()));
        }
        ShardRecord topology = topologyGroup(List.copyOf(nodes.values()));
        long firstReplica = nodes.size() + 1L;
        KeyspacePlan plan = KeyspacePlan.make(
                new KeyspaceId(1),
                "default",
                body.engine(),
                KeyspaceMode.HASH,
                body.shards(),
                body.replicationFactor(),
                nodes.values(),
                1,
                firstReplica,
                1);
        List<ShardRecord> active = new ArrayList<>();
        active.add(topology);
        plan.shards().forEach(it -> active.add(activated(it)));
        ClusterState empty = new ClusterState(
                body.cluster(),
                0,
                1,
                new ClusterState.NextIds(1, 1, 1, 1, next),
                nodes,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty());
        return empty.withKeyspace(plan.keyspace(), active);
    }

    /// One replica on every node; the first voters over zones, the others learners.
    private static ShardRecord topologyGroup(List<NodeRecord> nodes) {
        int odd = nodes.size() % 2 == 1 ? nodes.size() : nodes.size() - 1;
        int voters = Math.min(TOPOLOGY_VOTERS_MAX, odd);
        List<NodeId> voting = overZones(nodes, voters);
        List<Member> members = new ArrayList<>();
        for (NodeId node : voting) {
            members.add(new Member(new ReplicaId(node.value()), node, MemberRole.VOTER));
        }
        for (NodeRecord node : nodes) {
            if (!voting.contains(node.id())) {
                members.add(new Member(new ReplicaId(node.id().value()), node.id(), MemberRole.LEARNER));
            }
        }
        return activated(
                new ShardRecord(ShardId.TOPOLOGY, 0, 0, -1L, 1, Configuration.of(members), 0, new TreeSet<>()));
    }

    private static List<NodeId> overZones(List<NodeRecord> nodes, int wanted) {
        List<NodeRecord> rest = new ArrayList<>(nodes);
        List<NodeId> chosen = new ArrayList<>();
        while (chosen.size() < wanted) {
            TreeSet<String> used = new TreeSet<>();
            for (NodeRecord node : List.copyOf(rest)) {
                if (chosen.size() < wanted && used.add(node.zone())) {
                    chosen.add(node.id());
                    rest.remove(node);
                }
            }
        }
        return chosen;
    }

    private static ShardRecord activated(ShardRecord shard) {
        TreeSet<ReplicaId> all = new TreeSet<>();
        shard.configuration().members().forEach(it -> all.add(it.replica()));
        return new ShardRecord(
                shard.id(), shard.keyspace(), shard.from(), shard.to(), shard.epoch(), shard.configuration(), 0, all);
    }
}
