package io.concordkv.server.admin;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.Membership;
import io.concordkv.node.NodeState;
import io.concordkv.node.duty.ShardReport;
import io.concordkv.raft.Member;
import io.concordkv.server.NodeHost;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.ShardRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// `GET /cluster`: nodes, keyspaces and shards as this node and the leaders see them now.
final class ClusterView {
    private ClusterView() {}

    static void answer(NodeHost host, RoutingContext context, JsonObject body) {
        Membership member = Ids.member(host);
        ClusterState state = member.desk().state();
        member.reports()
                .collect(
                        state.nodes().keySet(),
                        reports -> AdminRoutes.json(
                                context, 200, of(member, member.desk().state(), reports)));
    }

    private static JsonObject of(Membership member, ClusterState state, SortedMap<ShardId, ShardReport> reports) {
        JsonArray nodes = new JsonArray();
        for (NodeRecord node : state.nodes().values()) {
            nodes.add(node(member, state, node));
        }
        JsonArray keyspaces = new JsonArray();
        for (KeyspaceRecord keyspace : state.keyspaces().values()) {
            keyspaces.add(keyspace(keyspace));
        }
        JsonArray shards = new JsonArray();
        for (ShardRecord shard : state.shards().values()) {
            shards.add(shard(state, shard, reports.get(shard.id())));
        }
        JsonObject view = new JsonObject()
                .put("clusterId", state.cluster().toString())
                .put("epoch", state.epoch())
                .put("nodes", nodes)
                .put("keyspaces", keyspaces)
                .put("shards", shards)
                .put("moves", MoveOperations.all(state));
        state.reservation()
                .ifPresent(it -> view.put(
                        "reservation",
                        new JsonObject()
                                .put("nodeId", it.node().toString())
                                .put("purpose", it.purpose())
                                .put("owner", it.owner())));
        return view;
    }

    static JsonObject node(Membership member, ClusterState state, NodeRecord node) {
        return new JsonObject()
                .put("id", node.id().toString())
                .put("name", node.name())
                .put("volumeId", node.volume().toString())
                .put("zone", node.zone())
                .put("state", state(state, node))
                .put("incarnation", node.incarnation())
                .put("version", node.version())
                .put("peer", node.peer())
                .put("http", node.http())
                .put("admin", node.admin())
                .put("reachable", member.host().isReachable(node.id()));
    }

    /// What the cluster makes of the node; what the node itself says, `GET /node` tells.
    private static String state(ClusterState state, NodeRecord node) {
        List<ShardId> shards = state.shardsOn(node.id());
        NodeState shown = switch (node.standing()) {
            case MEMBER ->
                shards.contains(ShardId.TOPOLOGY) && node.incarnation() > 0 ? NodeState.SERVING : NodeState.JOINING;
            case DRAINING ->
                shards.stream().allMatch(it -> it.equals(ShardId.TOPOLOGY)) ? NodeState.DRAINED : NodeState.DRAINING;
            case LEAVING, REPLACED -> NodeState.REMOVED;
        };
        return shown.label();
    }

    static JsonObject keyspace(KeyspaceRecord keyspace) {
        return new JsonObject()
                .put("name", keyspace.name())
                .put("id", keyspace.id().toString())
                .put("engine", keyspace.engine())
                .put("mode", keyspace.mode().label())
                .put("durability", keyspace.durability())
                .put("replicationFactor", keyspace.replicationFactor())
                .put("shards", keyspace.shards().size())
                .put("state", keyspace.deleting() ? "deleting" : "active");
    }

    private static JsonObject shard(ClusterState state, ShardRecord shard, @Nullable ShardReport report) {
        JsonArray replicas = new JsonArray();
        JsonObject view = new JsonObject()
                .put("id", shard.id().toString())
                .put("keyspace", keyspaceName(state, shard))
                .put("epoch", shard.epoch())
                .put("state", shard.isActive() ? "active" : "creating");
        if (report == null) {
            for (Member each : shard.configuration().members()) {
                replicas.add(replica(each.node(), each.isVoter(), null, false));
            }
            view.put("leader", null).put("term", null).put("commitIndex", null);
            return view.put("quorate", false).put("underReplicated", true).put("replicas", replicas);
        }
        for (ShardReport.ReplicaReport each : report.replicas()) {
            replicas.add(replica(each.node(), each.voter(), each.matchIndex(), each.snapshot())
                    .put("caughtUp", each.caughtUp()));
        }
        return view.put("leader", report.leader().toString())
                .put("term", report.term())
                .put("commitIndex", report.commitIndex())
                .put("quorate", report.hasQuorumWithout(NodeId.NONE))
                .put("underReplicated", report.isUnderReplicated())
                .put("replicas", replicas);
    }

    private static @Nullable String keyspaceName(ClusterState state, ShardRecord shard) {
        return state.keyspaces().values().stream()
                .filter(it -> it.id().value() == shard.keyspace())
                .map(KeyspaceRecord::name)
                .findFirst()
                .orElse(null);
    }

    private static JsonObject replica(NodeId node, boolean voter, @Nullable Long match, boolean snapshot) {
        return new JsonObject()
                .put("nodeId", node.toString())
                .put("role", voter ? "voter" : "learner")
                .put("matchIndex", match)
                .put("snapshotProgress", snapshot ? 0.0 : null);
    }
}
