package io.concordkv.server.admin;

import io.concordkv.server.NodeHost;
import io.concordkv.wire.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/// One call of the admin API: where it is found, what it may be given and who answers it. What is not
/// named here is refused before anything is done.
///
/// @param path   below `/admin/v1`, parameters as `:name`
/// @param query  parameters behind the question mark
/// @param fields of the body, which is a JSON object
record AdminCall(HttpMethod method, String path, Set<String> query, List<String> fields, Handler handler) {
    /// Answers with the open node and the body, an empty object when there was none. On the loop.
    interface Handler {
        void handle(NodeHost host, RoutingContext context, JsonObject body);
    }

    private static final AdminCall GET_FAULTS = get("/faults", FaultOperations::get);
    private static final AdminCall PUT_FAULTS =
            new AdminCall(HttpMethod.PUT, "/faults", Set.of(), List.of("peers", "disk"), FaultOperations::put);

    /// All calls, in the order of API §4; with the injection of faults, or without it.
    static List<AdminCall> all(boolean faults) {
        List<AdminCall> calls = new java.util.ArrayList<>(List.of(
                get("/node", NodeView::answer),
                get("/cluster", ClusterView::answer),
                post("/bootstrap", Bootstrap::answer, "clusterId", "replicationFactor", "shards", "engine", "nodes"),
                post("/nodes", MemberOperations::join, "name", "volumeId", "address", "zone", "weight"),
                get("/nodes/:id", MemberOperations::get),
                post("/nodes/:id:drain", MemberOperations::drain),
                post("/nodes/:id:undrain", MemberOperations::undrain),
                post("/nodes/:id:remove", MemberOperations::remove),
                post("/nodes/:id:replace", MemberOperations::replace, "volumeId", "address"),
                post("/node", MemberOperations::join, "name", "volumeId", "address", "zone", "weight"),
                new AdminCall(HttpMethod.DELETE, "/node/:id", Set.of(), List.of(), MemberOperations::drainAndRemove),
                get("/nodes/:id/restartable", NodeOperations::restartable),
                post("/nodes/:id:reserve", NodeOperations::reserve, "purpose", "owner"),
                post("/nodes/:id:release", NodeOperations::release, "purpose", "owner"),
                new AdminCall(
                        HttpMethod.PUT,
                        "/keyspaces/:name",
                        Set.of(),
                        List.of("engine", "shards", "mode", "durability", "replicationFactor"),
                        KeyspaceOperations::put),
                get("/keyspaces/:name", KeyspaceOperations::get),
                new AdminCall(
                        HttpMethod.DELETE,
                        "/keyspaces/:name",
                        Set.of("confirm"),
                        List.of(),
                        KeyspaceOperations::delete),
                post("/shards/:id:move", MoveOperations::begin, "from", "to"),
                post("/shards/:id:transfer-leader", ShardOperations::transferLeader, "to"),
                post("/shards/:id:snapshot", ShardOperations::snapshot),
                post("/shards/:id:compact", ShardOperations::compact),
                get("/moves", MoveOperations::list),
                get("/moves/:id", MoveOperations::get),
                post("/moves/:id:cancel", MoveOperations::cancel)));
        if (faults) {
            calls.add(GET_FAULTS);
            calls.add(PUT_FAULTS);
        }
        return List.copyOf(calls);
    }

    private static AdminCall get(String path, Handler handler) {
        return new AdminCall(HttpMethod.GET, path, Set.of(), List.of(), handler);
    }

    private static AdminCall post(String path, Handler handler, String... fields) {
        return new AdminCall(HttpMethod.POST, path, Set.of(), List.of(fields), handler);
    }

    /// @throws io.concordkv.wire.ProblemException `invalid-argument` that names what nobody knows
    void check(RoutingContext context, JsonObject body) {
        for (String name : context.queryParams().names()) {
            if (!query.contains(name)) {
                throw Problem.invalidArgument(name + ": no such query parameter; "
                                + (query.isEmpty() ? "this call has none" : "known are " + String.join(", ", query)))
                        .asException();
            }
            if (context.queryParams().getAll(name).size() > 1) {
                throw Problem.invalidArgument(name + ": want it once").asException();
            }
        }
        AdminRoutes.onlyFields(body, "", fields.toArray(String[]::new));
    }
}
