package io.concordkv.server.data;

import io.concordkv.base.NodeId;
import io.concordkv.node.ConcordNode;
import io.concordkv.node.Membership;
import io.concordkv.server.loop.NettyLoop;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.TopologyJson;
import io.concordkv.wire.TopologyMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The shard map for smart clients: at once, when it changes (long poll), or as a stream of events.
final class TopologyWatch {
    static final String EVENT_STREAM = "text/event-stream";
    private static final String HASH = "murmur3-x64-128-first64";
    private static final int WAITERS_MAX = 10_000;

    private final ConcordNode node;
    private final NettyLoop loop;
    private final List<Runnable> waiters = new ArrayList<>();
    private final List<EventStream> streams = new ArrayList<>();

    TopologyWatch(ConcordNode node, NettyLoop loop) {
        this.node = node;
        this.loop = loop;
    }

    void answer(Exchange exchange, long after, long waitMillis) {
        ClusterState state = node.clusterState();
        if (!state.isFounded()) {
            throw Problem.of(ProblemCode.NOT_BOOTSTRAPPED, "this node does not know its cluster yet")
                    .retryAfter(500)
                    .asException();
        }
        String accept = exchange.request().getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains(EVENT_STREAM)) {
            stream(exchange);
        } else if (state.epoch() > after || waitMillis == 0 || waiters.size() >= WAITERS_MAX) {
            exchange.json(200, TopologyJson.encode(map()));
        } else {
            wait(exchange, waitMillis);
        }
    }

    private void wait(Exchange exchange, long waitMillis) {
        Runnable[] once = new Runnable[1];
        once[0] = () -> {
            waiters.remove(once[0]);
            exchange.json(200, TopologyJson.encode(map()));
        };
        waiters.add(once[0]);
        loop.after(waitMillis * 1_000_000, () -> {
            if (waiters.contains(once[0])) {
                once[0].run();
            }
        });
        exchange.waits();
        exchange.onAbandoned(() -> waiters.remove(once[0]));
    }

    private void stream(Exchange exchange) {
        EventStream stream = new EventStream(exchange.stream(EVENT_STREAM));
        streams.add(stream);
        exchange.waits();
        exchange.onAbandoned(() -> streams.remove(stream));
        stream.changed(map());
    }

    /// One client's events. While it reads slower than the map changes, changes are not queued: it gets
    /// the newest map as soon as it has read enough.
    private final class EventStream {
        private final HttpServerResponse response;
        private boolean behind;

        EventStream(HttpServerResponse response) {
            this.response = response;
        }

        void changed(TopologyMap map) {
            if (!response.writeQueueFull()) {
                behind = false;
                response.write(Buffer.buffer("id: " + map.epoch() + "\ndata: ")
                        .appendBytes(TopologyJson.encode(map))
                        .appendString("\n\n"));
            } else if (!behind) {
                behind = true;
                response.drainHandler(drained -> catchUp());
            }
        }

        private void catchUp() {
            if (behind) {
                behind = false;
                changed(map());
            }
        }
    }

    void changed() {
        List.copyOf(waiters).forEach(Runnable::run);
        if (!streams.isEmpty()) {
            TopologyMap map = map();
            List.copyOf(streams).forEach(it -> it.changed(map));
        }
    }

    private TopologyMap map() {
        ClusterState state = node.clusterState();
        Map<Long, String> keyspaces = new TreeMap<>();
        for (KeyspaceRecord keyspace : state.keyspaces().values()) {
            if (!keyspace.deleting()) {
                keyspaces.put(keyspace.id().value(), keyspace.name());
            }
        }
        List<TopologyMap.Node> nodes = new ArrayList<>();
        for (NodeRecord each : state.nodes().values()) {
            nodes.add(new TopologyMap.Node(each.id().toString(), each.name(), each.http(), each.zone()));
        }
        List<TopologyMap.Shard> shards = new ArrayList<>();
        for (ShardRecord shard : state.shards().values()) {
            String keyspace = keyspaces.get(shard.keyspace());
            if (keyspace != null) {
                shards.add(shard(shard, keyspace));
            }
        }
        return new TopologyMap(state.cluster().toString(), state.epoch(), HASH, nodes, shards);
    }

    private TopologyMap.Shard shard(ShardRecord shard, String keyspace) {
        NodeId leader = node.membership()
                .map(Membership::host)
                .map(it -> it.leaderOf(shard.id()))
                .orElse(NodeId.NONE);
        return new TopologyMap.Shard(
                shard.id().toString(),
                keyspace,
                shard.from(),
                shard.to(),
                shard.epoch(),
                leader.equals(NodeId.NONE) ? null : leader.toString(),
                shard.configuration().members().stream()
                        .map(it -> it.node().toString())
                        .toList());
    }

    void close() {
        List.copyOf(waiters).forEach(Runnable::run);
    }
}
