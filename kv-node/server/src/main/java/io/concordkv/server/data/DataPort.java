package io.concordkv.server.data;

import io.concordkv.node.ConcordNode;
import io.concordkv.server.config.NodeConfig;
import io.concordkv.server.loop.NettyLoop;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.wire.Limits;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The data port: a bare HTTP server on the loop that owns the replicas, so that a call for a shard led
/// here never changes thread.
public final class DataPort {
    private static final int LINE_SPARE_BYTES = 4;

    private final HttpServerOptions options;
    private final HttpServer server;
    private final ConcordNode node;
    private final Limits limits;
    private final Dispatcher dispatcher;
    private final TopologyWatch topology;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final CallMemory memory;
    private final int connectionsMax;
    private int connections;
    private boolean closing;

    public DataPort(Vertx vertx, NettyLoop loop, ConcordNode node, NodeConfig config, Limits d) {
        this.node = node;
        this.limits = new Limits(
                d.keyBytesMax(),
                config.limits().valueBytes(),
                d.batchOperationsMax(),
                d.batchBytesMax(),
                d.pageItemsMax(),
                d.pageBytesMax(),
                d.lineBytesMax(),
                d.headerBytesMax(),
                d.bodyBytesMax(),
                d.headerMillisMax(),
                d.bodyMillisMax(),
                d.timeoutMillisMax());
        this.memory = new CallMemory(config.limits().callBytes());
        this.connectionsMax = config.limits().connections();
        this.topology = new TopologyWatch(node, loop);
        this.dispatcher = new Dispatcher(node, loop, limits, topology);
        this.options = new HttpServerOptions()
                .setMaxInitialLineLength(limits.lineBytesMax() + LINE_SPARE_BYTES)
                .setMaxHeaderSize(limits.headerBytesMax())
                .setHandle100ContinueAutomatically(false)
                .setTcpNoDelay(true)
                .setAcceptBacklog(8_192)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false);
        this.server = vertx.createHttpServer(options);
    }

    public Future<HttpServer> listen(String host, int port) {
        server.connectionHandler(connection -> {
            connections++;
            RequestDecoder.install(connection, options);
            HeaderDeadline.install(connection, limits, node.settings().name());
            connection.closeHandler(closed -> connections--);
            if (connections > connectionsMax) {
                connection.close();
            }
        });
        server.requestHandler(this::requested);
        server.invalidRequestHandler(
                request -> RequestErrors.answer(request, limits, node.settings().name()));
        return server.listen(port, host);
    }

    private void requested(HttpServerRequest request) {
        Exchange exchange = new Exchange(request, node.settings().name(), inFlight, memory);
        if (closing) {
            RequestBody.refuse(
                    exchange,
                    Problem.of(
                            ProblemCode.SHUTTING_DOWN, "this node is stopping; nothing was executed, ask another one"));
            return;
        }
        dispatcher.dispatch(exchange);
    }

    /// Calls that have not been answered yet; read by the WAL thread.
    public int callsInFlight() {
        return inFlight.get();
    }

    /// What large bodies and answers take; on the loop.
    public CallMemory memory() {
        return memory;
    }

    public int connections() {
        return connections;
    }

    public CallFigures figures() {
        return dispatcher.figures();
    }

    public void topologyChanged(ClusterState state) {
        topology.changed();
    }

    /// From now on new calls are refused; those in flight get their answers.
    public void refuse() {
        closing = true;
    }

    /// Ends all connections.
    public void close() {
        refuse();
        topology.close();
        server.close();
    }

    @Nullable
    HttpServer server() {
        return server;
    }
}
