package io.concordkv.server;

import io.concordkv.base.Clock;
import io.concordkv.base.NodeId;
import io.concordkv.disk.Disk;
import io.concordkv.disk.FaultyDisk;
import io.concordkv.disk.FileDisk;
import io.concordkv.node.ConcordNode;
import io.concordkv.node.Membership;
import io.concordkv.node.NodeListener;
import io.concordkv.node.NodePorts;
import io.concordkv.node.NodeSettings;
import io.concordkv.node.OpenedVolume;
import io.concordkv.node.identity.Retirement;
import io.concordkv.server.config.ConfigCheck;
import io.concordkv.server.config.NodeConfig;
import io.concordkv.server.data.DataPort;
import io.concordkv.server.loop.NettyLoop;
import io.concordkv.server.loop.PoolBackground;
import io.concordkv.server.loop.SystemClock;
import io.concordkv.server.peer.PeerFaults;
import io.concordkv.server.peer.PeerNetwork;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Beat;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.wal.WalSpace;
import io.concordkv.wal.WalThread;
import io.concordkv.wire.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One node as a process: its volume, its WAL thread, its loop, its ports. Opened once at start, closed
/// once at the end, in that order reversed.
public final class NodeHost implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeHost.class);
    private static final int BACKGROUND_THREADS = 2;
    private static final long START_SECONDS = 120;
    private static final long STALL_NANOS = 2_000_000_000L;
    private static final long WATCH_NANOS = 300_000_000L;
    private static final long ANSWER_NANOS = 2_000_000_000L;

    private final FatalExit fatal;
    private final FileDisk fileDisk;
    private final FaultyDisk disk;
    private final WalThread walThread;
    private final NettyLoop loop;
    private final ContextInternal context;
    private final PoolBackground background;
    private final PeerNetwork network;
    private final PeerFaults faults;
    private final ConcordNode node;
    private final DataPort data;
    private final Clock clock = new SystemClock();
    private final LeaderChanges leaderChanges = new LeaderChanges();
    private boolean joined;
    private boolean closed;

    /// Opens everything; blocks until the node is on its loop and its ports listen.
    ///
    /// @param limits of the data port; the settings `concord.limits.*` lower them
    /// @throws IOException when the volume cannot be started as it is, or a port is taken
    static NodeHost open(NodeConfig config, String version, Vertx vertx, FatalExit fatal, Limits limits)
            throws IOException {
        NodeSettings settings = ConfigCheck.check(config, version);
        Path folder = Path.of(config.data().dir());
        Files.createDirectories(folder);
        FileDisk files = FileDisk.open(folder);
        boolean opened = false;
        try {
            NodeHost host = new NodeHost(config, settings, vertx, files, fatal, limits);
            host.start(config);
            opened = true;
            return host;
        } finally {
            if (!opened) {
                files.close();
            }
        }
    }

    private NodeHost(
            NodeConfig config, NodeSettings settings, Vertx vertx, FileDisk files, FatalExit fatal, Limits limits)
            throws IOException {
        this.fatal = fatal;
        this.fileDisk = files;
        this.disk = new FaultyDisk(files);
        SecureRandom secure = new SecureRandom();
        OpenedVolume volume = OpenedVolume.open(disk, settings.wal(), secure);
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.loop = new NettyLoop(context, this::broken);
        this.background = new PoolBackground(loop, BACKGROUND_THREADS);
        this.faults = new PeerFaults(new SplittableRandom(secure.nextLong()));
        this.network = new PeerNetwork(vertx, loop, clock, background, config.hostsFile(), faults);
        NodePorts ports =
                new NodePorts(disk, loop, clock, background, network, network, new SplittableRandom(secure.nextLong()));
        this.node = new ConcordNode(settings, ports, volume, new Listener());
        this.data = new DataPort(vertx, loop, node, config, limits);
        this.walThread = new WalThread(volume.wal(), clock, data::callsInFlight, cause -> {
            LOG.error("the write-ahead log failed; the process ends", cause);
            fatal.end("the write-ahead log failed: " + cause.getMessage());
        });
    }

    private void start(NodeConfig config) throws IOException {
        walThread.start();
        CountDownLatch listening = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        context.runOnContext(ignored -> {
            network.onFounding((question, reply) -> node.founding().asked(question, reply));
            network.listen(config.bind(), config.peer().port())
                    .compose(it -> data.listen(config.bind(), config.http().port()))
                    .onComplete(done -> {
                        failure.set(done.cause());
                        if (done.succeeded()) {
                            node.start();
                            Beat.every(WATCH_NANOS, loop, clock, this::watch);
                        }
                        listening.countDown();
                    });
        });
        try {
            if (!listening.await(START_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the ports do not listen after " + START_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IOException(
                    "cannot listen on " + config.bind() + " ports "
                            + config.peer().port() + " and " + config.http().port() + ": " + cause.getMessage(),
                    cause);
        }
    }

    /// Three times a second: joins the network once the node is a member, and looks at disk and memory.
    private boolean watch() {
        if (!closed) {
            node.membership().ifPresent(this::watch);
        }
        return !closed;
    }

    private void watch(Membership member) {
        if (!joined) {
            join(member);
        }
        leaderChanges.look(member.host());
        long started = walThread.syncStartedNanos();
        long syncing = started == 0 ? 0 : clock.nanos() - started;
        member.host().setDiskStalled(syncing > STALL_NANOS);
        member.balance().sampleDisk(syncing);
        member.host()
                .setStorageLow(
                        disk.isFull() || member.isMemoryFull() || node.wal().space() == WalSpace.LOW);
    }

    private void join(Membership member) {
        joined = true;
        ClusterState applied = member.desk().state();
        ClusterState first = node.founding().identity().firstState();
        addresses(applied.epoch() >= first.epoch() ? applied : first);
        network.join(node.cluster().orElseThrow(), node.id(), new PeerNetwork.Receiver() {
            @Override
            public void received(NodeId from, Lane lane, byte[] frame) {
                member.received(from, lane, frame);
            }

            @Override
            public void disconnected(NodeId from, Lane lane) {
                member.host().disconnected(from, lane);
            }
        });
    }

    private void addresses(ClusterState state) {
        Map<NodeId, String> at = new TreeMap<>();
        Map<NodeId, String> called = new TreeMap<>();
        state.nodes().values().stream().filter(it -> it.standing().isHeard()).forEach(it -> {
            at.put(it.id(), it.peer());
            called.put(it.id(), it.name());
        });
        network.addresses(at, called);
    }

    private final class Listener implements NodeListener {
        @Override
        public void topologyChanged(ClusterState state) {
            addresses(state);
            data.topologyChanged(state);
        }

        @Override
        public void warned(String message) {
            LOG.warn(message);
        }

        @Override
        public void retired(String reason) {
            retire(reason);
        }
    }

    /// Writes down that this volume is given up, and ends the process.
    private void retire(String reason) {
        background.submit(
                () -> {
                    Retirement.begin(disk, node.id());
                    return true;
                },
                new Background.Done<Boolean>() {
                    @Override
                    public void succeeded(Boolean done) {
                        fatal.end(reason);
                    }

                    @Override
                    public void failed(Exception cause) {
                        fatal.end(reason + "; but that cannot be written down: " + cause.getMessage());
                    }
                });
    }

    /// Broken code on the loop: the replica that hit it cannot be told here, so the node stops.
    private void broken(Throwable cause) {
        LOG.error("a task on the loop failed; the process ends", cause);
        fatal.end("broken code: " + cause);
    }

    /// Runs `question` on the loop and waits for its answer; for threads that may block.
    public <T> T onLoop(Supplier<T> question) {
        if (loop.isCurrent()) {
            return question.get();
        }
        java.util.concurrent.CompletableFuture<T> answer = new java.util.concurrent.CompletableFuture<>();
        loop.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.orTimeout(5, TimeUnit.SECONDS).join();
    }

    public NettyLoop loop() {
        return loop;
    }

    public ConcordNode node() {
        return node;
    }

    public DataPort data() {
        return data;
    }

    public PeerNetwork network() {
        return network;
    }

    public PeerFaults peerFaults() {
        return faults;
    }

    public FaultyDisk disk() {
        return disk;
    }

    public LeaderChanges leaderChanges() {
        return leaderChanges;
    }

    public WalThread walThread() {
        return walThread;
    }

    /// Free and used bytes of the volume. Blocking.
    public long freeBytes() throws IOException {
        return fileDisk.freeBytes();
    }

    public Disk volume() {
        return fileDisk;
    }

    /// Gives leaders away, then refuses new calls and lets those in flight get their answers; both
    /// together take at most `millis`, the second part at most two seconds.
    public void drain(long millis) {
        long until = clock.nanos() + millis * 1_000_000;
        onLoop(() -> {
            node.beginStop();
            return true;
        });
        boolean interrupted = await(until, () -> {
            node.membership().ifPresent(it -> it.duties().look());
            return node.leadersLeft() == 0;
        });
        onLoop(() -> {
            data.refuse();
            return true;
        });
        if (!interrupted) {
            await(Math.min(until, clock.nanos() + ANSWER_NANOS), () -> data.callsInFlight() == 0);
        }
    }

    /// Asks on the loop every 20 ms; true when the thread was interrupted.
    private boolean await(long untilNanos, Supplier<Boolean> done) {
        CountDownLatch never = new CountDownLatch(1);
        while (clock.nanos() - untilNanos < 0 && !onLoop(done)) {
            try {
                if (never.await(20, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        onLoop(() -> {
            closed = true;
            data.close();
            network.close();
            node.close();
            return true;
        });
        try {
            walThread.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        node.wal().close();
        background.close();
        disk.close();
    }
}
