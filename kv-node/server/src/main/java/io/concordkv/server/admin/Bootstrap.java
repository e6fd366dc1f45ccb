package io.concordkv.server.admin;

import io.concordkv.base.ClusterId;
import io.concordkv.base.VolumeId;
import io.concordkv.engine.Engines;
import io.concordkv.node.founding.Founding;
import io.concordkv.server.NodeHost;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/// `POST /bootstrap`: founds the cluster in two phases; the same body may be sent again to any node.
final class Bootstrap {
    private Bootstrap() {}

    static void answer(NodeHost host, RoutingContext context, JsonObject body) {
        FoundingBody founding = body(body);
        host.node().founding().bootstrap(founding, outcome -> {
            switch (outcome) {
                case Founding.Outcome.Founded(var repeated) ->
                    AdminRoutes.json(
                            context,
                            repeated ? 200 : 201,
                            new JsonObject().put("clusterId", founding.cluster().toString()));
                case Founding.Outcome.Unfinished(var reason) ->
                    AdminRoutes.problem(
                            context,
                            Problem.of(
                                            ProblemCode.CONFLICTING_OPERATION,
                                            "not founded yet: " + reason + "; send the same body again")
                                    .retryAfter(1_000));
                case Founding.Outcome.Refused(var code, var reason) ->
                    AdminRoutes.problem(context, Ids.problem(code, List.of(reason)));
            }
        });
    }

    private static FoundingBody body(JsonObject body) {
        String engine = Ids.text(body, "engine", "memory");
        if (!Engines.names().contains(engine)) {
            throw Problem.invalidArgument("engine: want one of " + Engines.names() + ", got " + engine)
                    .asException();
        }
        Object listed = body.getValue("nodes");
        if (!(listed instanceof JsonArray array)) {
            throw Problem.invalidArgument("nodes: want a list").asException();
        }
        List<FoundingBody.FoundingNode> nodes = new ArrayList<>();
        for (Object each : array) {
            if (!(each instanceof JsonObject node)) {
                throw Problem.invalidArgument("nodes: want a list of objects").asException();
            }
            nodes.add(node(node));
        }
        return new FoundingBody(
                cluster(Ids.text(body, "clusterId")),
                Ids.integer(body, "replicationFactor", 3),
                Ids.integer(body, "shards", 8),
                engine,
                nodes);
    }

    private static FoundingBody.FoundingNode node(JsonObject node) {
        AdminRoutes.onlyFields(node, "nodes[].", "name", "volumeId", "address", "zone");
        String address = Ids.text(node, "address");
        if (!address.matches(".+:[0-9]{1,5}")) {
            throw Problem.invalidArgument("nodes[].address: want host:port, got " + address)
                    .asException();
        }
        String zone = node.getValue("zone") instanceof String text ? text : "";
        try {
            return new FoundingBody.FoundingNode(
                    Ids.text(node, "name"), VolumeId.parse(Ids.text(node, "volumeId")), address, zone);
        } catch (IllegalArgumentException e) {
            throw Problem.invalidArgument("nodes[].volumeId: " + e.getMessage()).asException();
        }
    }

    private static ClusterId cluster(String text) {
        try {
            return ClusterId.parse(text.replace("-", ""));
        } catch (IllegalArgumentException e) {
            throw Problem.invalidArgument("clusterId: " + e.getMessage()).asException();
        }
    }
}
