package io.concordkv.server.peer;

import io.concordkv.base.Clock;
import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.node.founding.FoundingTransport;
import io.concordkv.server.loop.NettyLoop;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.peer.Preface;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Beat;
import io.concordkv.shard.port.PeerTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// All connections between this node and its peers. Of a pair the node with the lower id dials, and both
/// use that connection; names are resolved at every dial. Owned by the loop.
public final class PeerNetwork implements PeerTransport, FoundingTransport {
    private static final Logger LOG = Logger.getLogger(PeerNetwork.class);
    private static final long LOOK_NANOS = 300_000_000L;
    private static final long DIAL_NANOS = 100_000_000L;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int PREFACE_MILLIS = 5_000;

    private final Vertx vertx;
    private final NettyLoop loop;
    private final Clock clock;
    private final Background background;
    private final HostNames names;
    private final PeerFaults faults;
    private final NetClient client;
    private final NetServer server;
    private final Map<NodeId, String> addresses = new TreeMap<>();
    private final Map<NodeId, String> peerNames = new TreeMap<>();
    private final Map<NodeId, List<PeerLink>> links = new TreeMap<>();
    private final List<PeerLink> dialing = new ArrayList<>();
    private ClusterId cluster = new ClusterId(0, 0);
    private NodeId self = NodeId.NONE;
    private @Nullable Receiver receiver;
    private BiConsumer<byte[], Consumer<byte[]>> founding = (question, reply) -> {};
    private boolean closed;

    /// Who gets what arrives; on the loop. What else it throws is broken code and ends as a failed task of
    /// the loop does.
    public interface Receiver {
        /// @throws DecodeException when the frame cannot be right: its connection is closed
        void received(NodeId from, Lane lane, byte[] frame);

        void disconnected(NodeId node, Lane lane);
    }

    public PeerNetwork(
            Vertx vertx,
            NettyLoop loop,
            Clock clock,
            Background background,
            Optional<String> hostsFile,
            PeerFaults faults) {
        this.vertx = vertx;
        this.loop = loop;
        this.clock = clock;
        this.background = background;
        this.names = new HostNames(hostsFile);
        this.faults = faults;
        this.client = vertx.createNetClient(
                new NetClientOptions().setConnectTimeout(CONNECT_MILLIS).setTcpNoDelay(true));
        this.server = vertx.createNetServer(new NetServerOptions().setTcpNoDelay(true));
    }

    public Future<NetServer> listen(String host, int port) {
        server.connectHandler(this::accepted);
        return server.listen(port, host);
    }

    /// Who answers questions about founding.
    public void onFounding(BiConsumer<byte[], Consumer<byte[]>> handler) {
        founding = handler;
    }

    /// This node belongs to a cluster now: it may dial and be dialled.
    public void join(ClusterId as, NodeId node, Receiver to) {
        cluster = as;
        self = node;
        receiver = to;
        look();
        Beat.every(LOOK_NANOS, loop, clock, this::look);
    }

    /// Where the peers are reached now; links to nodes that are not named end.
    ///
    /// @param at host:port by node; this node's own is ignored
    public void addresses(Map<NodeId, String> at, Map<NodeId, String> called) {
        addresses.clear();
        addresses.putAll(at);
        peerNames.clear();
        peerNames.putAll(called);
        links.entrySet().removeIf(entry -> {
            boolean gone = !at.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().forEach(PeerLink::close);
            }
            return gone;
        });
    }

    public List<PeerLink> links() {
        return links.values().stream().flatMap(List::stream).toList();
    }

    /// Bytes waiting to be written to each peer, by its name.
    public Map<String, Long> queuedBytes() {
        Map<String, Long> bytes = new TreeMap<>();
        links().forEach(it -> bytes.merge(nameOf(it.node()), it.queuedBytes(), Long::sum));
        return bytes;
    }

    /// Connections made to all peers since the start.
    public long reconnects() {
        return links().stream().mapToLong(PeerLink::reconnects).sum();
    }

    long nanos() {
        return clock.nanos();
    }

    private String nameOf(NodeId node) {
        return peerNames.getOrDefault(node, node.toString());
    }

    private PeerLink link(NodeId node, Lane lane) {
        return links.computeIfAbsent(
                        node, it -> List.of(new PeerLink(it, Lane.RAFT, this), new PeerLink(it, Lane.BULK, this)))
                .get(lane.ordinal());
    }

    /// Dials what is not connected, keeps alive and closes what is silent.
    private boolean look() {
        if (closed) {
            return false;
        }
        long now = clock.nanos();
        for (NodeId node : addresses.keySet()) {
            if (!node.equals(self)) {
                for (Lane lane : Lane.values()) {
                    PeerLink link = link(node, lane);
                    link.look(now);
                    if (!link.isConnected() && self.compareTo(node) < 0 && !dialing.contains(link)) {
                        dial(link);
                    }
                }
            }
        }
        return true;
    }

    private void dial(PeerLink link) {
        dialing.add(link);
        String address = addresses.getOrDefault(link.node(), "");
        int use = link.lane() == Lane.RAFT ? Preface.RAFT : Preface.BULK;
        connect(
                address,
                socket -> {
                    Handshake handshake = new Handshake(socket, (preface, rest) -> {
                        dialing.remove(link);
                        if (!preface.cluster().equals(cluster)
                                || !preface.node().equals(link.node())) {
                            LOG.warnf(
                                    "%s answers as node %s of cluster %s, expected node %s of %s",
                                    address, preface.node(), preface.cluster(), link.node(), cluster);
                            socket.close();
                            return null;
                        }
                        link.attach(socket);
                        return link;
                    });
                    handshake.start(new Preface(use, cluster, self), () -> dialing.remove(link));
                },
                () -> {
                    dialing.remove(link);
                    loop.after(DIAL_NANOS, this::look); // nodes that start together miss each other by a moment
                });
    }

    private void connect(String address, Consumer<NetSocket> connected, Runnable failed) {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            failed.run();
            return;
        }
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address.substring(colon + 1));
        background.submit(() -> names.resolve(host), new Background.Done<String>() {
            @Override
            public void succeeded(String resolved) {
                client.connect(port, resolved).onComplete(made -> {
                    if (made.failed()) {
                        LOG.debugf(
                                "cannot connect to %s: %s",
                                address, made.cause().getMessage());
                        failed.run();
                    } else {
                        connected.accept(made.result());
                    }
                });
            }

            @Override
            public void failed(Exception cause) {
                LOG.warnf("cannot read the hosts file: %s", cause.getMessage());
                failed.run();
            }
        });
    }

    /// Waits for the other side's preface; then its frames go to a link.
    private final class Handshake {
        private final NetSocket socket;
        private final java.util.function.BiFunction<Preface, NetSocket, @Nullable PeerLink> accept;
        private @Nullable PeerLink link;
        private boolean greeted;
        private boolean founds;

        Handshake(NetSocket socket, java.util.function.BiFunction<Preface, NetSocket, @Nullable PeerLink> accept) {
            this.socket = socket;
            this.accept = accept;
        }

        void start(@Nullable Preface first, Runnable ended) {
            FrameCodec codec = new FrameCodec(this::frame);
            socket.handler(bytes -> feed(codec, bytes));
            socket.exceptionHandler(cause -> LOG.debugf("peer connection: %s", cause.getMessage()));
            socket.closeHandler(closed -> ended.run());
            if (first != null) {
                socket.write(FrameCodec.encode(first.encode()));
            }
            vertx.setTimer(PREFACE_MILLIS, id -> {
                if (!greeted) {
                    socket.close();
                }
            });
        }

        private void feed(FrameCodec codec, Buffer bytes) {
            try {
                PeerLink present = link;
                if (present != null) {
                    present.heard(socket);
                }
                codec.handle(bytes);
            } catch (DecodeException e) {
                LOG.warnf("closing a peer connection from %s: %s", socket.remoteAddress(), e.getMessage());
                socket.close();
            }
        }

        private void frame(byte[] frame) {
            if (!greeted) {
                greeted = true;
                Preface preface = Preface.decode(frame);
                founds = preface.use() == Preface.FOUNDING;
                link = founds ? null : accept.apply(preface, socket);
            } else if (founds) {
                askedFounding(frame, socket);
            } else {
                PeerLink present = link;
                if (present != null) {
                    present.received(socket, frame);
                }
            }
        }
    }

    private void accepted(NetSocket socket) {
        new Handshake(socket, this::greeted).start(null, () -> {});
    }

    private @Nullable PeerLink greeted(Preface preface, NetSocket socket) {
        if (self.equals(NodeId.NONE) || !preface.cluster().equals(cluster) || !addresses.containsKey(preface.node())) {
            LOG.debugf("refusing node %s of cluster %s", preface.node(), preface.cluster());
            socket.close();
            return null;
        }
        Lane lane = preface.use() == Preface.RAFT ? Lane.RAFT : Lane.BULK;
        socket.write(FrameCodec.encode(new Preface(preface.use(), cluster, self).encode()));
        PeerLink link = link(preface.node(), lane);
        link.attach(socket);
        return link;
    }

    private void askedFounding(byte[] question, NetSocket socket) {
        founding.accept(question, answer -> socket.write(FrameCodec.encode(answer)));
    }

    void deliver(PeerLink link, byte[] frame) {
        Receiver to = receiver;
        long fate = faults.fate(nameOf(link.node()), true);
        if (to == null || fate < 0) {
            return;
        }
        if (fate > 0) {
            loop.after(fate * 1_000_000, () -> to.received(link.node(), link.lane(), frame));
        } else {
            loop.guard(() -> to.received(link.node(), link.lane(), frame));
        }
    }

    void disconnected(PeerLink link) {
        Receiver to = receiver;
        if (to != null && !closed) {
            loop.guard(() -> to.disconnected(link.node(), link.lane()));
        }
    }

    @Override
    public boolean send(NodeId to, Lane lane, byte[] frame) {
        if (closed || !addresses.containsKey(to)) {
            return false;
        }
        PeerLink link = link(to, lane);
        long fate = faults.fate(nameOf(to), false);
        if (fate < 0) {
            return true; // lost on the way, as the fault wants it
        }
        if (fate > 0) {
            loop.after(fate * 1_000_000, () -> link.send(frame));
            return link.isConnected();
        }
        return link.send(frame);
    }

    @Override
    public void call(String address, byte[] body, long timeoutMillis, Consumer<Optional<byte[]>> reply) {
        boolean[] ended = {false};
        Consumer<Optional<byte[]>> once = answer -> {
            if (!ended[0]) {
                ended[0] = true;
                reply.accept(answer);
            }
        };
        loop.after(timeoutMillis * 1_000_000, () -> once.accept(Optional.empty()));
        connect(
                address,
                socket -> {
                    FrameCodec answers = new FrameCodec(answer -> {
                        once.accept(Optional.of(answer));
                        socket.close();
                    });
                    socket.handler(answers);
                    socket.exceptionHandler(cause -> socket.close());
                    socket.closeHandler(closedNow -> once.accept(Optional.empty()));
                    socket.write(FrameCodec.encode(
                            new Preface(Preface.FOUNDING, new ClusterId(0, 0), NodeId.NONE).encode()));
                    socket.write(FrameCodec.encode(body));
                },
                () -> once.accept(Optional.empty()));
    }

    public void close() {
        closed = true;
        links().forEach(PeerLink::close);
        server.close();
        client.close();
    }
}
