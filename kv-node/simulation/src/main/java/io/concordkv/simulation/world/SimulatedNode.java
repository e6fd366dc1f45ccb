package io.concordkv.simulation.world;

import io.concordkv.base.Clock;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.DiskFullException;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.node.ConcordNode;
import io.concordkv.node.NodeListener;
import io.concordkv.node.NodePorts;
import io.concordkv.node.NodeSettings;
import io.concordkv.node.OpenedVolume;
import io.concordkv.node.identity.Retirement;
import io.concordkv.shard.apply.KvStateMachine;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import io.concordkv.shard.replica.Replica;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalFailedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One machine of the world: a disk that survives, and a process that comes and goes.
final class SimulatedNode {
    /// Of the family that no code writes yet: nobody reads it, but it is state.
    static final byte[] FOREIGN_ROW = {2, 'x'};
    private static final long RETIRED_NANOS = 200_000_000L;
    private static final int ROT_TRIES = 200;
    private static final long ROT_FOUND_NANOS = 8_000_000_000L;
    private static final long SPACE_CHECK_NANOS = 300_000_000L;

    private final World world;
    private final int number;
    private final SplittableRandom random;
    private SimulatedDisk disk;
    private boolean wiped;
    private boolean rotten;
    private boolean rolledBack;
    private boolean differing;
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

    /// The volume is what it was when this copy of it was taken.
    void rollBackTo(SimulatedDisk earlier) {
        rolledBack = true;
        disk = earlier;
    }

    boolean isRolledBack() {
        return rolledBack;
    }

    /// No fault took anything of its volume.
    boolean isWhole() {
        return !wiped && !rotten && !rolledBack && !differing;
    }

    /// The volume is gone; the next start finds an empty one.
    void wipe() {
        wiped = true;
        disk = new SimulatedDisk(random.split());
    }

    /// The volume is gone for good, as after `:replace`; the machine comes back as another node.
    void lose() {
        last = NodeId.NONE;
        disk = new SimulatedDisk(random.split());
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

    boolean isWiped() {
        return wiped;
    }

    /// A row appears in one of its replicas that no command wrote.
    void differ() {
        Process running = process;
        if (running != null) {
            running.run(
                    "differ",
                    () -> node().membership().ifPresent(it -> {
                        List<Replica> replicas = it.host().replicas().stream()
                                .filter(each -> each.damage().isEmpty() && each.machine() instanceof KvStateMachine)
                                .toList();
                        if (!replicas.isEmpty()) {
                            differing = true;
                            Replica replica = replicas.get(random.nextInt(replicas.size()));
                            replica.machine().loadRow(FOREIGN_ROW, new byte[] {1});
                            replica.machine().loaded(replica.machine().applied());
                            world.note(name() + " has a row in shard " + replica.shard() + " that nobody wrote");
                        }
                    }));
        }
    }

    /// One of its replicas holds what no command wrote, and is not damaged.
    boolean isTrustedThoughDiffering() {
        return isUp()
                && node().membership().isPresent()
                && node().membership().get().host().replicas().stream()
                        .anyMatch(it -> it.damage().isEmpty() && Invariants.holdsForeignRow(it));
    }

    boolean isDiffering() {
        return differing;
    }

    /// Flips a bit in one of the last blocks of the log.
    void rot() {
        String newest = disk.files().stream()
                .filter(it -> it.startsWith("wal/segment-"))
                .max(java.util.Comparator.naturalOrder())
                .orElse("");
        if (newest.isEmpty()) {
            return;
        }
        try (var file = disk.open(newest)) {
            long blocks = file.size() / 4096;
            if (blocks > 2) {
                rotten = true;
                disk.rot(
                        newest, (blocks - 1 - random.nextLong(Math.min(3, blocks - 2))) * 4096 + 40, random.nextInt(8));
            }
        } catch (IOException e) {
            throw new Finding("Rot", e);
        }
    }

    /// Flips a bit in some block that the running node still needs.
    void rotBeneath() {
        List<String> segments = disk.files().stream()
                .filter(it -> it.startsWith("wal/segment-"))
                .toList();
        for (int i = 0; i < ROT_TRIES && !segments.isEmpty() && unreadable().isEmpty(); i++) {
            String chosen = segments.get(random.nextInt(segments.size()));
            try (var file = disk.open(chosen)) {
                long block = 1 + random.nextLong(Math.max(1, file.size() / 4096 - 1));
                disk.rot(chosen, block * 4096 + 40, 3);
                if (unreadable().isEmpty()) {
                    disk.rot(chosen, block * 4096 + 40, 3); // as it was
                } else {
                    rotten = true;
                    world.note(name() + " rots beneath its feet in " + chosen + " block " + block);
                    int life = starts;
                    world.schedule(ROT_FOUND_NANOS, "rot-found", () -> requireRotFound(life));
                }
            } catch (IOException e) {
                throw new Finding("Rot", e);
            }
        }
    }

    /// What a node still needs all the time, its scrubber has read by now.
    private void requireRotFound(int life) {
        Optional<ShardId> unreadable = starts == life ? unreadable() : Optional.empty();
        if (unreadable.isPresent()) {
            throw new Finding("RotIsFound", name() + " cannot read its log of shard " + unreadable.get());
        }
    }

    /// The first shard whose replica is not damaged though its log cannot be read.
    Optional<ShardId> unreadable() {
        Process running = process;
        if (running == null || node().membership().isEmpty()) {
            return Optional.empty();
        }
        for (Replica replica : node().membership().get().host().replicas()) {
            try {
                if (replica.damage().isEmpty()) {
                    running.wal.read(
                            replica.shard(),
                            replica.core().firstIndex(),
                            replica.core().lastIndex(),
                            Long.MAX_VALUE);
                }
            } catch (IOException rot) {
                return Optional.of(replica.shard());
            }
        }
        return Optional.empty();
    }

    /// Some of its replicas may rightly be damaged.
    boolean isRotten() {
        return rotten;
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
            if (rotten || e instanceof DiskFullException) { // what was held for a start is used up
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
