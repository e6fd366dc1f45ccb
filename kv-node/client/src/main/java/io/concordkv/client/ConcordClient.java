package io.concordkv.client;

import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.RequestTarget;
import io.concordkv.wire.TopologyMap;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;

/// One cluster, seen from a program. Thread-safe; make one and keep it.
///
/// ```java
/// try (var client = ConcordClient.connect(ClientOptions.of("127.0.0.1:8080"))) {
///     var keys = client.keyspace();
///     keys.put("a".getBytes(UTF_8), "1".getBytes(UTF_8));
/// }
/// ```
public final class ConcordClient implements AutoCloseable {
    private final Vertx vertx;
    private final boolean ownsVertx;
    private final Transport transport;
    private final TopologyCache topology;
    private final Caller caller;

    private ConcordClient(Vertx vertx, boolean ownsVertx, ClientOptions options) {
        this.vertx = vertx;
        this.ownsVertx = ownsVertx;
        transport = new Transport(vertx, options.connectionsPerNode());
        topology = new TopologyCache(vertx, transport, options.seeds());
        caller = new Caller(vertx, transport, topology, options);
        if (options.watchesTopology()) {
            topology.watch();
        }
    }

    /// With event loops of its own: one, on the native transport where there is one.
    public static ConcordClient connect(ClientOptions options) {
        Vertx own = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setPreferNativeTransport(true));
        return new ConcordClient(own, true, options);
    }

    /// On the caller's event loops, which stay open when the client is closed.
    public static ConcordClient connect(Vertx vertx, ClientOptions options) {
        return new ConcordClient(vertx, false, options);
    }

    /// The keyspace `default`.
    public Keyspace keyspace() {
        return keyspace(RequestTarget.DEFAULT_KEYSPACE);
    }

    public Keyspace keyspace(String name) {
        return new Keyspace(asyncKeyspace(name));
    }

    public AsyncKeyspace asyncKeyspace(String name) {
        if (!RequestTarget.isKeyspaceName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no keyspace name");
        }
        return new AsyncKeyspace(caller, name);
    }

    /// Asks the cluster for its shard map now; fails with [ConcordException] when no node answers.
    public Future<TopologyMap> topology() {
        return topology.refresh()
                .compose(map -> map != null
                        ? Future.succeededFuture(map)
                        : Future.failedFuture(new ConcordException(
                                Problem.of(ProblemCode.NO_LEADER, "no node gave a shard map; asked " + addresses()))));
    }

    /// Data ports known so far.
    public List<String> addresses() {
        return topology.addresses().stream().map(Address::toString).toList();
    }

    /// Waits for [#topology]; not on an event loop.
    public TopologyMap awaitTopology() {
        return Keyspace.await(topology());
    }

    @Override
    public void close() {
        topology.close();
        Future<Void> closed = ownsVertx ? vertx.close() : transport.close();
        Keyspace.await(closed.map(_ -> true));
    }
}
