package io.concordkv.simulation.world;

import io.concordkv.base.Clock;
import io.concordkv.base.NodeId;
import io.concordkv.disk.DiskFullException;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.node.ConcordNode;
import io.concordkv.node.NodeListener;
import io.concordkv.node.NodePorts;
import io.concordkv.node.NodeSettings;
import io.concordkv.node.OpenedVolume;
import io.concordkv.node.identity.Retirement;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalFailedException;
import java.io.IOException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One machine of the world: a disk that survives, and a process that comes and goes.
final class SimulatedNode {
    private static final long RETIRED_NANOS = 200_000_000L;
    private static final long SPACE_CHECK_NANOS = 300_000_000L;

    private final World world;
    private final int number;
    private final SplittableRandom random;
    private SimulatedDisk disk;
    private final NodeDamage damage;
    private final long skewMillis;
    private @Nullable Process process;
    private long pausedUntil;
    private long snapshotsResumed;
    private int starts;
    private NodeId last;

    SimulatedNode(World world, int number, SplittableRandom random) {
        this.world = world;
        this.number = number;
        this.random = random;
        this.damage = new NodeDamage(world, this, random);
        this.disk = new SimulatedDisk(random.split());
        this.last = number <= world.options().nodes() - world.options().spares() ? new NodeId(number) : NodeId.NONE;
        int skew = world.options().skewMillis();
        this.skewMillis = skew == 0 ? 0 : random.nextInt(2 * skew + 1) - skew;
    }

    int number() {
        return number;
    }

    /// The id of its node, the last one while it is down; [NodeId#NONE] before it belongs to a cluster.
    NodeId id() {
        Process running = process;
        if (running != null && !running.node.id().equals(NodeId.NONE)) {
            last = running.node.id();
        }
        return last;
    }

    String name() {
        return "n" + number;
    }

    String address() {
        return name() + ":7070";
    }

    SimulatedDisk disk() {
        return disk;
    }

    /// Another volume stands where the node's was; it counts from the next start on.
    void mount(SimulatedDisk other) {
        disk = other;
    }

    /// What faults took from its volume.
    NodeDamage damage() {
        return damage;
    }

    boolean isWhole() {
        return damage.isNone();
    }

    /// The volume is gone; the next start finds an empty one.
    void empty() {
        disk = new SimulatedDisk(random.split());
    }

    /// The volume is gone for good, as after `:replace`; the machine comes back as another node.
    void lose() {
        last = NodeId.NONE;
        empty();
    }

    /// The cluster said that this volume is given up: the process ends and starts empty.
    private void retire() {
        Process dying = process;
        if (dying == null) {
            return;
        }
        try {
            Retirement.begin(disk, dying.node.id());
        } catch (IOException e) {
            world.note(name() + " cannot retire now: " + e.getMessage());
        }
        crash(false);
        last = NodeId.NONE;
        world.schedule(RETIRED_NANOS, "retired", () -> {
            if (!isUp()) {
                start();
            }
        });
    }

    boolean isUp() {
        return process != null;
    }

    int starts() {
        return starts;
    }

    /// The running node.
    ConcordNode node() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name() + " is down");
        }
        return running.node;
    }

    @Nullable
    Process process() {
        return process;
    }

    void start() {
        starts++;
        Process fresh = new Process();
        try {
            fresh.open();
        } catch (IOException e) {
            if (damage.isRotten() || e instanceof DiskFullException) { // what was held for a start is used up
                world.note(name() + " does not start: " + e.getMessage());
                return;
            }
            throw new Finding("Start", e);
        }
        process = fresh;
        fresh.node.start();
        fresh.pump();
        if (world.options().full()) {
            fresh.watchSpace();
        }
    }

    /// Ends the process at once; with power loss what was not synced may be gone or torn.
    void crash(boolean powerLoss) {
        Process dead = process;
        process = null;
        if (dead == null) {
            return;
        }
        dead.alive = false;
        count(dead);
        dead.node.close(); // gives back the memory of its engines; nothing of it runs any more
        if (powerLoss) {
            disk.crash();
        } else {
            disk.killProcess();
        }
        world.network().nodeDown(this);
    }

    /// The run is over: gives back what the process holds.
    void end() {
        Process running = process;
        process = null;
        if (running != null) {
            running.alive = false;
            count(running);
            running.node.close();
        }
    }

    private void count(Process ending) {
        ending.node
                .membership()
                .ifPresent(it -> snapshotsResumed += it.host().snapshotTraffic().resumed());
    }

    /// Transfers of snapshots to this node that went on where a broken one had ended, in all its
    /// lives that are over.
    long snapshotsResumed() {
        return snapshotsResumed;
    }

    void pause(long nanos) {
        pausedUntil = world.now() + nanos;
    }

    /// One life of the node's process.
    final class Process {
        private final SimulatedLoop loop = new SimulatedLoop();
        private final Clock clock = new SimulatedClock();
        private boolean alive = true;
        private boolean pumping;
        private ConcordNode node;
        private Wal wal;

        @SuppressWarnings("NullAway.Init")
        Process() {}

        private void open() throws IOException {
            OpenedVolume volume = OpenedVolume.open(disk, world.options().log(), random.split());
            wal = volume.wal();
            NodePorts ports = new NodePorts(
                    disk,
                    loop,
                    clock,
                    new SimulatedBackground(),
                    world.network().transportOf(SimulatedNode.this),
                    world.network().foundingOf(SimulatedNode.this),
                    random.split());
            NodeSettings settings = new NodeSettings(
                    name(),
                    "",
                    address(),
                    name() + ":8080",
                    name() + ":9000",
                    "simulated",
                    1L << 30,
                    world.options().host(),
                    world.options().log());
            node = new ConcordNode(settings, ports, volume, new Listener());
        }

        boolean isAlive() {
            return alive;
        }

        Wal wal() {
            return wal;
        }

        SimulatedLoop loop() {
            return loop;
        }

        /// Looks at the free space now and then, as the log's own thread does.
        private void watchSpace() {
            world.schedule(
                    SPACE_CHECK_NANOS,
                    "wal-space",
                    () -> step(() -> {
                        if (!pumping) {
                            wal.checkSpace();
                        }
                        watchSpace();
                    }));
        }

        /// Writes what is queued, syncs it some time later, and goes on while there is more.
        private void pump() {
            if (!alive || pumping || !wal.hasQueued()) {
                return;
            }
            pumping = true;
            world.schedule(
                    20_000,
                    "wal-write",
                    () -> step(() -> {
                        boolean written = wal.writeQueued();
                        long delay = written ? world.syncNanos(random) : 0;
                        world.schedule(delay / 2, "wal-ahead", () -> step(wal::encodeAhead));
                        world.schedule(
                                delay,
                                "wal-sync",
                                () -> step(() -> {
                                    if (written) {
                                        wal.syncWritten();
                                        wal.housekeep();
                                    }
                                    pumping = false;
                                    pump();
                                }));
                    }));
        }

        private void step(WalStep step) {
            if (!alive) {
                return;
            }
            try {
                step.run();
            } catch (WalFailedException e) {
                world.note(name() + " stops itself: " + e.getMessage());
                crash(false);
            } catch (IOException e) {
                throw new Finding("Wal", e);
            }
        }

        /// Runs on the node's thread: not while it is paused, never after its death.
        void run(String label, Runnable task) {
            if (!alive) {
                return;
            }
            if (pausedUntil > world.now()) {
                world.schedule(pausedUntil - world.now(), label, () -> run(label, task));
                return;
            }
            try {
                task.run();
            } catch (Finding e) {
                throw e;
            } catch (RuntimeException e) {
                throw new Finding("Code of " + name(), e);
            }
            world.invariants().look(SimulatedNode.this);
            pump();
        }

        /// A step of the pump.
        private interface WalStep {
            void run() throws IOException;
        }

        final class SimulatedLoop implements Loop {
            @Override
            public void execute(Runnable task) {
                world.schedule(1_000, "task", () -> Process.this.run("task", task));
            }

            @Override
            public Timer after(long delayNanos, Runnable task) {
                boolean[] cancelled = {false};
                world.schedule(Math.max(0, delayNanos), "timer", () -> {
                    if (!cancelled[0]) {
                        Process.this.run("timer", task);
                    }
                });
                return () -> cancelled[0] = true;
            }
        }

        private final class SimulatedClock implements Clock {
            @Override
            public long nanos() {
                return world.now();
            }

            @Override
            public long wallMillis() {
                return World.EPOCH_MILLIS + world.now() / 1_000_000 + skewMillis;
            }
        }

        /// Work happens in one piece, some time later.
        private final class SimulatedBackground implements Background {
            @Override
            public <T> void submit(Work<T> work, Done<T> done) {
                world.schedule(50_000 + random.nextInt(2_000_000), "background", () -> {
                    if (alive) {
                        Runnable ended = outcome(work, done);
                        loop.execute(ended);
                    }
                });
            }

            private <T> Runnable outcome(Work<T> work, Done<T> done) {
                try {
                    T result = work.run();
                    return () -> done.succeeded(result);
                } catch (Exception e) {
                    return () -> done.failed(e);
                }
            }
        }
    }

    private final class Listener implements NodeListener {
        @Override
        public void topologyChanged(ClusterState state) {
            world.note(name() + " knows epoch " + state.epoch());
        }

        @Override
        public void warned(String message) {
            world.note(name() + " warns: " + message);
        }

        @Override
        public void retired(String reason) {
            world.note(name() + " retires: " + reason);
            world.schedule(1_000, "retire", SimulatedNode.this::retire);
        }
    }
}
