package io.concordkv.server.admin;

import io.concordkv.engine.Engines;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.server.NodeHost;
import io.concordkv.topology.machine.TopologyRules;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemField;
import io.concordkv.wire.RequestTarget;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/// Keyspaces: made, shown, deleted.
final class KeyspaceOperations {
    private KeyspaceOperations() {}

    static void put(NodeHost host, RoutingContext context, JsonObject body) {
        String name = name(context);
        String engine = Ids.text(body, "engine", "memory");
        if (!Engines.names().contains(engine)) {
            throw Problem.invalidArgument("engine: want one of " + Engines.names() + ", got " + engine)
                    .asException();
        }
        KeyspaceMode mode = mode(Ids.text(body, "mode", "hash"));
        int shards = Ids.integer(body, "shards", mode == KeyspaceMode.SINGLE ? 1 : 8);
        if (!TopologyRules.shardsFit(mode, shards)) {
            throw Problem.invalidArgument("shards: want " + (mode == KeyspaceMode.SINGLE ? "1" : "1 to 4096")
                            + " in mode " + mode.label() + ", got " + shards)
                    .asException();
        }
        String durability = Ids.text(body, "durability", "sync");
        if (!durability.equals("sync")) {
            throw Problem.invalidArgument("durability: want sync (others are not supported yet), got " + durability)
                    .asException();
        }
        int replication = Ids.integer(body, "replicationFactor", defaultReplication(host));
        if (!List.of(1, 3, 5, 7).contains(replication)) {
            throw Problem.invalidArgument("replicationFactor: want 1, 3, 5 or 7, got " + replication)
                    .asException();
        }
        AdminDesk.Operation operation = new AdminDesk.Operation.CreateKeyspace(name, engine, shards, mode, replication);
        Ids.member(host).admin().execute(operation, answer -> {
            if (answer.isDone()) {
                AdminRoutes.json(context, answer.changed() ? 201 : 200, view(state(host), name));
            } else {
                AdminRoutes.problem(
                        context, Ids.problem(answer.code(), answer.reasons()).with(ProblemField.KEYSPACE, name));
            }
        });
    }

    private static int defaultReplication(NodeHost host) {
        return state(host)
                .keyspace("default")
                .map(KeyspaceRecord::replicationFactor)
                .orElse(3);
    }

    private static KeyspaceMode mode(String text) {
        return switch (text) {
            case "hash" -> KeyspaceMode.HASH;
            case "single" -> KeyspaceMode.SINGLE;
            default ->
                throw Problem.invalidArgument("mode: want hash or single, got " + text)
                        .asException();
        };
    }

    private static ClusterState state(NodeHost host) {
        return host.node().clusterState();
    }

    /// The keyspace as this node knows it; it may hear of a new one a moment later.
    private static JsonObject view(ClusterState state, String name) {
        return state.keyspace(name).map(ClusterView::keyspace).orElseGet(() -> new JsonObject().put("name", name));
    }

    private static String name(RoutingContext context) {
        String name = Ids.path(context, "name");
        if (!RequestTarget.isKeyspaceName(name)) {
            throw Problem.invalidArgument(
                            "a keyspace's name is a letter a-z and up to 39 of a-z, 0-9 and -, got '" + name + "'")
                    .asException();
        }
        return name;
    }

    static void get(NodeHost host, RoutingContext context, JsonObject body) {
        Ids.member(host);
        String name = name(context);
        KeyspaceRecord keyspace = state(host)
                .keyspace(name)
                .orElseThrow(() -> Problem.of(ProblemCode.KEYSPACE_NOT_FOUND, "there is no keyspace " + name)
                        .with(ProblemField.KEYSPACE, name)
                        .asException());
        AdminRoutes.json(context, 200, ClusterView.keyspace(keyspace));
    }

    static void delete(NodeHost host, RoutingContext context, JsonObject body) {
        String name = name(context);
        if (!name.equals(context.request().getParam("confirm"))) {
            throw Problem.invalidArgument("deleting keyspace " + name + " and all its keys wants ?confirm=" + name)
                    .asException();
        }
        Ids.member(host).admin().execute(new AdminDesk.Operation.DeleteKeyspace(name), answer -> {
            if (answer.isDone()) {
                AdminRoutes.json(
                        context, 200, new JsonObject().put("name", name).put("deleted", answer.changed()));
            } else {
                AdminRoutes.problem(context, Ids.problem(answer.code(), answer.reasons()));
            }
        });
    }
}
