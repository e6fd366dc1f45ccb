package io.concordkv.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.base.ClusterId;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.server.loop.NettyLoop;
import io.concordkv.server.loop.PoolBackground;
import io.concordkv.server.loop.SystemClock;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.peer.Preface;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Code that breaks over a peer's frame reaches whoever ends the node, not only the log.
class BrokenReceiverTest {
    private static final ClusterId CLUSTER = new ClusterId(1, 2);
    private static final NodeId SELF = new NodeId(2);
    private static final NodeId PEER = new NodeId(1);
    private static final byte[] FRAME = {1, 2, 3};

    private final List<Throwable> broken = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
    private final NettyLoop loop = new NettyLoop(context, broken::add);
    private final PoolBackground background = new PoolBackground(loop, 1);
    private final PeerNetwork network = new PeerNetwork(
            vertx, loop, new SystemClock(), background, Optional.empty(), new PeerFaults(new SplittableRandom(1)));
    private volatile RuntimeException onFrame = new IllegalStateException("invariant broken by a frame");
    private int port;

    @BeforeEach
    void listen() throws Exception {
        CompletableFuture<Integer> listening = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            network.addresses(Map.of(PEER, "127.0.0.1:1", SELF, "127.0.0.1:2"), Map.of());
            network.join(CLUSTER, SELF, new PeerNetwork.Receiver() {
                @Override
                public void received(NodeId from, Lane lane, byte[] frame) {
                    throw onFrame;
                }

                @Override
                public void disconnected(NodeId node, Lane lane) {
                    throw new IllegalStateException("invariant broken by a lost connection");
                }
            });
            network.listen("127.0.0.1", 0)
                    .onSuccess(server -> listening.complete(server.actualPort()))
                    .onFailure(listening::completeExceptionally);
        });
        port = listening.get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        loop.execute(() -> closed.complete(closeNetwork()));
        closed.get(10, TimeUnit.SECONDS);
        background.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private boolean closeNetwork() {
        network.close();
        return true;
    }

    private Socket greeted() throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        write(socket, new Preface(Preface.RAFT, CLUSTER, PEER).encode());
        InputStream in = socket.getInputStream();
        assertThat(in.read()).isNotNegative(); // its preface: the connection is taken
        return socket;
    }

    private static void write(Socket socket, byte[] frame) throws Exception {
        Buffer bytes = FrameCodec.encode(frame);
        OutputStream out = socket.getOutputStream();
        out.write(bytes.getBytes());
        out.flush();
    }

    @Test
    void aFrameThatBreaksTheCodeEndsTheNode() throws Exception {
        try (Socket socket = greeted()) {
            write(socket, FRAME);
            await().untilAsserted(() ->
                    assertThat(broken).extracting(Throwable::getMessage).contains("invariant broken by a frame"));
        }
    }

    @Test
    void aLostConnectionThatBreaksTheCodeEndsTheNode() throws Exception {
        greeted().close();
        await().untilAsserted(() ->
                assertThat(broken).extracting(Throwable::getMessage).contains("invariant broken by a lost connection"));
    }

    @Test
    void aFrameThatCannotBeRightOnlyEndsItsConnection() throws Exception {
        onFrame = new DecodeException("not a frame");
        try (Socket socket = greeted()) {
            socket.setSoTimeout(10_000);
            write(socket, FRAME);
            assertThat(socket.getInputStream().readAllBytes()).isNotNull(); // up to its end
        }
        await().untilAsserted(() -> assertThat(broken).isNotEmpty());
        assertThat(broken).extracting(Throwable::getMessage).containsOnly("invariant broken by a lost connection");
    }
}
