package io.concordkv.server.admin;

import io.concordkv.node.admin.AdminDesk;
import io.concordkv.server.NodeHost;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/// The reservation of a node and the question before it (SAFETY R8).
final class NodeOperations {
    private NodeOperations() {}

    static void restartable(NodeHost host, RoutingContext context, JsonObject body) {
        AdminDesk.Operation operation = new AdminDesk.Operation.Restartable(Ids.node(context));
        Ids.member(host).admin().execute(operation, answer -> {
            if (answer.isDone() || answer.code().equals("would-lose-quorum")) {
                AdminRoutes.json(
                        context,
                        200,
                        new JsonObject()
                                .put("restartable", answer.isDone())
                                .put("reasons", new JsonArray(answer.reasons())));
            } else {
                AdminRoutes.problem(context, Ids.problem(answer.code(), answer.reasons()));
            }
        });
    }

    static void reserve(NodeHost host, RoutingContext context, JsonObject body) {
        execute(
                host,
                context,
                new AdminDesk.Operation.Reserve(Ids.node(context), Ids.text(body, "purpose"), Ids.text(body, "owner")));
    }

    static void release(NodeHost host, RoutingContext context, JsonObject body) {
        String owner = Ids.text(body, "owner", "");
        execute(
                host,
                context,
                owner.isEmpty()
                        ? new AdminDesk.Operation.Release(Ids.node(context))
                        : new AdminDesk.Operation.GiveBack(Ids.node(context), owner));
    }

    private static void execute(NodeHost host, RoutingContext context, AdminDesk.Operation operation) {
        Ids.member(host).admin().execute(operation, answer -> {
            if (answer.isDone()) {
                AdminRoutes.json(context, 200, new JsonObject().put("reasons", new JsonArray(answer.reasons())));
            } else {
                AdminRoutes.problem(context, Ids.problem(answer.code(), answer.reasons()));
            }
        });
    }
}
