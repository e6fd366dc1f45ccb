package io.concordkv.local.kubelet;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands in for the address of a Service: listens there and passes each connection to one ready
/// endpoint after the other. Without one, connections are closed at once.
final class ServiceForwarder implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ServiceForwarder.class.getName());
    private static final int CONNECT_MILLIS_MAX = 2_000;

    private final Vertx vertx;
    private final NetClient client;
    private final AtomicInteger turn = new AtomicInteger();
    /// Only the thread that calls [#update(Map)] touches it.
    private final Map<SocketAddress, NetServer> servers = new HashMap<>();

    private volatile Map<SocketAddress, List<SocketAddress>> targets = Map.of();

    /// @param vertx owned by the caller
    ServiceForwarder(Vertx vertx) {
        this.vertx = vertx;
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS_MAX));
    }

    /// @param wanted ready endpoints by the address to listen on
    void update(Map<SocketAddress, List<SocketAddress>> wanted) {
        targets = Map.copyOf(wanted);
        servers.entrySet().removeIf(entry -> {
            boolean gone = !wanted.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        wanted.keySet().forEach(address -> servers.computeIfAbsent(address, this::listen));
    }

    private NetServer listen(SocketAddress address) {
        var server = vertx.createNetServer().connectHandler(socket -> accept(address, socket));
        server.listen(address)
                .onFailure(failure ->
                        LOG.log(Level.WARNING, "service address {0} is not served: {1}", address, failure.toString()));
        return server;
    }

    private void accept(SocketAddress address, NetSocket socket) {
        var choices = targets.getOrDefault(address, List.of());
        if (choices.isEmpty()) {
            socket.close();
            return;
        }
        socket.pause();
        var target = choices.get(Math.floorMod(turn.getAndIncrement(), choices.size()));
        client.connect(target).onFailure(failure -> socket.close()).onSuccess(upstream -> {
            socket.pipeTo(upstream);
            upstream.pipeTo(socket);
        });
    }

    @Override
    public void close() {
        servers.values().forEach(NetServer::close);
        client.close();
    }
}
