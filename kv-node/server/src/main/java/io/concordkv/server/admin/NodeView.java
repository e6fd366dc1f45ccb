package io.concordkv.server.admin;

import io.concordkv.base.ClusterId;
import io.concordkv.base.NodeId;
import io.concordkv.node.ConcordNode;
import io.concordkv.node.NodeSettings;
import io.concordkv.server.NodeHost;
import io.concordkv.shard.replica.Replica;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/// `GET /node`: who this node is and how it is.
final class NodeView {
    private static final int FORMAT_VERSION = 1;

    private NodeView() {}

    static void answer(NodeHost host, RoutingContext context, JsonObject body) {
        JsonObject view = of(host);
        context.vertx()
                .<JsonObject>executeBlocking(() -> storage(host))
                .onComplete(storage -> AdminRoutes.json(
                        context, 200, view.put("storage", storage.succeeded() ? storage.result() : new JsonObject())));
    }

    private static JsonObject of(NodeHost host) {
        ConcordNode node = host.node();
        NodeSettings settings = node.settings();
        Collection<Replica> replicas = node.membership()
                .<Collection<Replica>>map(it -> it.host().replicas())
                .orElse(List.of());
        JsonObject view = new JsonObject()
                .put("nodeId", node.id().equals(NodeId.NONE) ? null : node.id().toString())
                .put("name", settings.name())
                .put("clusterId", node.cluster().map(ClusterId::toString).orElse(null))
                .put("volumeId", node.founding().identity().volume().toString())
                .put("incarnation", node.wal().recovery().incarnation())
                .put("state", node.state().label())
                .put("version", settings.version())
                .put("formatVersion", FORMAT_VERSION)
                .put("zone", settings.zone())
                .put(
                        "addresses",
                        new JsonObject()
                                .put("peer", settings.peer())
                                .put("http", settings.http())
                                .put("admin", settings.admin()))
                .put("replicas", replicas.size())
                .put("leaders", replicas.stream().filter(Replica::isLeader).count())
                .put("applyLag", replicas.stream().mapToLong(Replica::applyLag).sum());
        JsonObject damaged = new JsonObject();
        node.membership()
                .ifPresent(it -> it.damagedShards().forEach((shard, why) -> damaged.put(shard.toString(), why)));
        view.put("damagedShards", damaged);
        view.put("notReady", new JsonArray(node.notReady()));
        return view;
    }

    private static JsonObject storage(NodeHost host) throws IOException {
        long free = host.freeBytes();
        return new JsonObject()
                .put("usedBytes", host.volume().totalBytes() - free)
                .put("freeBytes", free);
    }
}
