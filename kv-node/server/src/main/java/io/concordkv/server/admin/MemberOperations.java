package io.concordkv.server.admin;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.node.Membership;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.node.admin.AdminDesk.Operation;
import io.concordkv.server.NodeHost;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Function;

/// Nodes that come and go: join, drain, remove, replace. Asked of any node, decided by the leader of shard 0.
final class MemberOperations {
    private MemberOperations() {}

    /// `{name, volumeId, address, zone}` of an empty node: 202 with its id, the same again 200.
    static void join(NodeHost host, RoutingContext context, JsonObject body) {
        int weight = Ids.integer(body, "weight", 1);
        if (weight != 1) {
            throw Problem.invalidArgument("weight: all nodes count alike in this version; want 1, got " + weight)
                    .asException();
        }
        Operation operation =
                new Operation.Join(Ids.text(body, "name"), volume(body), address(body), Ids.optionalText(body, "zone"));
        execute(host, context, operation, answer -> answer.reasons().getFirst());
    }

    static void get(NodeHost host, RoutingContext context, JsonObject body) {
        Membership member = Ids.member(host);
        NodeId id = Ids.node(context);
        ClusterState state = member.desk().state();
        NodeRecord node = state.node(id)
                .orElseThrow(() -> Problem.of(ProblemCode.NODE_NOT_FOUND, "there is no node " + id)
                        .asException());
        JsonArray shards = new JsonArray();
        state.shardsOn(id).forEach(it -> shards.add(it.toString()));
        AdminRoutes.json(context, 200, ClusterView.node(member, state, node).put("shards", shards));
    }

    static void drain(NodeHost host, RoutingContext context, JsonObject body) {
        NodeId node = Ids.node(context);
        execute(host, context, new Operation.Drain(node, true), answer -> node.toString());
    }

    static void undrain(NodeHost host, RoutingContext context, JsonObject body) {
        NodeId node = Ids.node(context);
        execute(host, context, new Operation.Drain(node, false), answer -> node.toString());
    }

    static void remove(NodeHost host, RoutingContext context, JsonObject body) {
        NodeId node = Ids.node(context);
        execute(host, context, new Operation.Remove(node), answer -> node.toString());
    }

    /// Drains the node; once it holds nothing, removes it. The same call again goes on.
    static void drainAndRemove(NodeHost host, RoutingContext context, JsonObject body) {
        NodeId node = Ids.node(context);
        ClusterState state = Ids.member(host).desk().state();
        boolean isEmpty = state.node(node).filter(it -> !it.isMember()).isPresent()
                && state.shardsOn(node).stream().allMatch(it -> it.equals(ShardId.TOPOLOGY));
        Operation operation = isEmpty ? new Operation.Remove(node) : new Operation.Drain(node, true);
        execute(host, context, operation, answer -> node.toString());
    }

    /// `{volumeId, address}` of the empty node that takes over, or `{}` when it joins later.
    static void replace(NodeHost host, RoutingContext context, JsonObject body) {
        NodeId node = Ids.node(context);
        boolean takenOver = body.containsKey("volumeId") || body.containsKey("address");
        Operation operation = takenOver
                ? new Operation.Replace(node, Optional.of(volume(body)), address(body))
                : new Operation.Replace(node, Optional.empty(), "");
        // Of the node that takes over, when it is there.
        execute(host, context, operation, answer -> takenOver ? answer.reasons().getFirst() : node.toString());
    }

    private static void execute(
            NodeHost host, RoutingContext context, Operation operation, Function<AdminDesk.Answer, String> about) {
        Ids.member(host).admin().execute(operation, answer -> {
            if (answer.isDone()) {
                String id = about.apply(answer);
                context.response().putHeader("Location", "/admin/v1/nodes/" + id);
                AdminRoutes.json(context, answer.changed() ? 202 : 200, new JsonObject().put("nodeId", id));
            } else {
                AdminRoutes.problem(context, Ids.problem(answer.code(), answer.reasons()));
            }
        });
    }

    private static VolumeId volume(JsonObject body) {
        try {
            return VolumeId.parse(Ids.text(body, "volumeId"));
        } catch (IllegalArgumentException e) {
            throw Problem.invalidArgument("volumeId: " + e.getMessage()).asException();
        }
    }

    private static String address(JsonObject body) {
        String address = Ids.text(body, "address");
        if (!address.matches(".+:[0-9]{1,5}")) {
            throw Problem.invalidArgument("address: want host:port, got " + address)
                    .asException();
        }
        return address;
    }
}
