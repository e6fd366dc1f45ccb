package io.concordkv.server.admin;

import io.concordkv.base.NodeId;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.server.NodeHost;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Moves of replicas: begun on any node, carried out by the shard's leader, seen everywhere.
final class MoveOperations {
    private MoveOperations() {}

    /// `{from, to}`: node ids; without `from` a replica is only added, without `to` only removed.
    static void begin(NodeHost host, RoutingContext context, JsonObject body) {
        AdminDesk.Operation.Move move = new AdminDesk.Operation.Move(
                Ids.shard(context), node(body, "from"), node(body, "to"), "asked by the admin API");
        Ids.member(host).admin().execute(move, answer -> {
            if (answer.isDone()) {
                String id = answer.reasons().getFirst();
                context.response().putHeader("Location", "/admin/v1/moves/" + id);
                AdminRoutes.json(context, 202, new JsonObject().put("id", id));
            } else {
                AdminRoutes.problem(context, Ids.problem(answer.code(), answer.reasons()));
            }
        });
    }

    static void list(NodeHost host, RoutingContext context, JsonObject body) {
        AdminRoutes.json(
                context,
                200,
                new JsonObject().put("moves", all(Ids.member(host).desk().state())));
    }

    static void get(NodeHost host, RoutingContext context, JsonObject body) {
        MoveRecord move = Ids.member(host).desk().state().moves().get(Ids.move(context));
        if (move == null) {
            throw Problem.of(
                            ProblemCode.MOVE_NOT_FOUND,
                            "there is no move " + Ids.path(context, "id") + "; the last 100 that are over are kept")
                    .asException();
        }
        AdminRoutes.json(context, 200, of(move));
    }

    static void cancel(NodeHost host, RoutingContext context, JsonObject body) {
        Ids.member(host).admin().execute(new AdminDesk.Operation.CancelMove(Ids.move(context)), answer -> {
            if (answer.isDone()) {
                AdminRoutes.json(context, 200, new JsonObject().put("id", Ids.path(context, "id")));
            } else {
                AdminRoutes.problem(context, Ids.problem(answer.code(), answer.reasons()));
            }
        });
    }

    /// Every move that is known, the oldest first.
    static JsonArray all(ClusterState state) {
        JsonArray moves = new JsonArray();
        state.moves().values().forEach(it -> moves.add(of(it)));
        return moves;
    }

    /// How many bytes a learner still needs is known to nobody yet: both figures are null.
    private static JsonObject of(MoveRecord move) {
        return new JsonObject()
                .put("id", Long.toString(move.id()))
                .put("shard", move.shard().toString())
                .put("from", id(move.from()))
                .put("to", id(move.to()))
                .put("phase", move.phase().label())
                .putNull("bytesDone")
                .putNull("bytesTotal")
                .put("startedAt", Instant.ofEpochMilli(move.startedAt()).toString())
                .put("reason", move.reason());
    }

    private static @Nullable String id(NodeId node) {
        return node.equals(NodeId.NONE) ? null : node.toString();
    }

    private static NodeId node(JsonObject body, String field) {
        Object value = body.getValue(field);
        if (value == null) {
            return NodeId.NONE;
        }
        String text = value.toString();
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw Problem.invalidArgument(field + ": want a node id, got " + text)
                    .asException();
        }
        return new NodeId(Long.parseLong(text));
    }
}
