package io.concordkv.server.admin;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.node.Membership;
import io.concordkv.raft.Member;
import io.concordkv.server.NodeHost;
import io.concordkv.shard.replica.Replica;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/// Operations on one shard, carried out by the node that leads it or, for snapshots, by the asked one.
final class ShardOperations {
    private ShardOperations() {}

    static void transferLeader(NodeHost host, RoutingContext context, JsonObject body) {
        Replica replica = replica(host, context);
        Object wanted = body.getValue("to");
        if (wanted == null) {
            throw Problem.invalidArgument("to: want a node id").asException();
        }
        if (!replica.isLeader()) {
            throw notLeader(host, replica);
        }
        ReplicaId to = replica.core().configuration().members().stream()
                .filter(it -> it.isVoter() && it.node().toString().equals(wanted.toString()))
                .map(Member::replica)
                .findFirst()
                .orElseThrow(() -> Problem.of(
                                ProblemCode.NODE_NOT_FOUND,
                                "node " + wanted + " has no voter of shard " + replica.shard())
                        .asException());
        accepted(context, replica.shard());
        replica.transferLeader(to, handedOver -> {});
    }

    static void snapshot(NodeHost host, RoutingContext context, JsonObject body) {
        Replica replica = replica(host, context);
        replica.snapshots().take();
        accepted(context, replica.shard());
    }

    static void compact(NodeHost host, RoutingContext context, JsonObject body) {
        Replica replica = replica(host, context);
        replica.snapshots().take();
        replica.snapshots().compact();
        accepted(context, replica.shard());
    }

    private static void accepted(RoutingContext context, ShardId shard) {
        context.response().putHeader("Location", "/admin/v1/cluster");
        AdminRoutes.json(context, 202, new JsonObject().put("shard", shard.toString()));
    }

    private static Replica replica(NodeHost host, RoutingContext context) {
        Membership member = Ids.member(host);
        ShardId shard = Ids.shard(context);
        return member.host()
                .find(shard)
                .orElseThrow(() -> Problem.of(ProblemCode.SHARD_NOT_FOUND, "this node has no replica of shard " + shard)
                        .asException());
    }

    private static RuntimeException notLeader(NodeHost host, Replica replica) {
        NodeId leader = replica.leaderNode();
        String admin =
                host.node().clusterState().node(leader).map(it -> it.admin()).orElse("");
        return Problem.of(ProblemCode.NOT_LEADER, "node " + leader + " leads shard " + replica.shard() + "; ask it")
                .with(ProblemField.LEADER, admin)
                .asException();
    }
}
