package io.concordkv.simulation.world;

import io.concordkv.base.NodeId;
import io.concordkv.base.PartitionHash;
import io.concordkv.base.ShardId;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.node.Membership;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.shard.call.Consistency;
import io.concordkv.shard.call.ShardAnswer;
import io.concordkv.shard.call.ShardCall;
import io.concordkv.shard.replica.Replica;
import io.concordkv.simulation.fault.FaultChoice;
import io.concordkv.simulation.fault.FaultGate;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.state.ClusterState;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Three nodes on which nothing happens but what a test does, one thing after the other.
final class GoldenWorld {
    private static final WorldOptions CALM = new WorldOptions(
            3, 2, 0, 0, 1 << 20, 0, 0, 0, 0, 0, 0, 0, 300, 500, 0, false, false, false, false, false, 0, 0);
    private static final WorldOptions FILLING = new WorldOptions(
            3, 2, 0, 0, 1 << 20, 0, 0, 0, 0, 0, 0, 0, 300, 500, 0, false, false, false, false, true, 0, 0);
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE = 60 * SECOND;

    private final World world;

    private GoldenWorld(long seed, WorldOptions options) {
        world = new World(seed, options, new FaultGate(FaultChoice.ALL));
    }

    /// A new cluster, just founded.
    ///
    /// @param frames hears of every frame that is sent, from the first on
    static GoldenWorld founded(long seed, SimulatedNetwork.FrameListener frames) {
        return founded(seed, CALM, frames);
    }

    /// The same, on disks that are watched for room.
    static GoldenWorld onDisksThatMayFill(long seed) {
        return founded(seed, FILLING, (from, to, use, frame) -> {});
    }

    private static GoldenWorld founded(long seed, WorldOptions options, SimulatedNetwork.FrameListener frames) {
        GoldenWorld golden = new GoldenWorld(seed, options);
        golden.world.network().onFrame(frames);
        golden.world.nodes().forEach(SimulatedNode::start);
        Founder founder = new Founder(golden.world, new SplittableRandom(seed));
        founder.start();
        golden.until("it is founded", founder::isFounded);
        golden.untilCalm();
        return golden;
    }

    /// Nodes started on volumes that were written before, by name.
    static GoldenWorld on(SortedMap<String, SimulatedDisk> volumes) {
        return on(volumes, it -> {});
    }

    /// The same; `started` comes before anything happens.
    static GoldenWorld on(SortedMap<String, SimulatedDisk> volumes, Consumer<GoldenWorld> started) {
        GoldenWorld golden = new GoldenWorld(7, CALM);
        for (SimulatedNode node : golden.world.nodes()) {
            SimulatedDisk disk = volumes.get(node.name());
            if (disk == null) {
                throw new IllegalArgumentException("no volume of " + node.name());
            }
            node.mount(disk);
            node.start();
        }
        started.accept(golden);
        golden.untilCalm();
        return golden;
    }

    World world() {
        return world;
    }

    /// All nodes die as if killed; their volumes are returned by name.
    SortedMap<String, SimulatedDisk> killAll() {
        SortedMap<String, SimulatedDisk> volumes = new TreeMap<>();
        for (SimulatedNode node : world.nodes()) {
            node.crash(false);
            volumes.put(node.name(), node.disk());
        }
        return volumes;
    }

    void end() {
        world.nodes().forEach(SimulatedNode::end);
    }

    void until(String what, BooleanSupplier holds) {
        long end = world.now() + PATIENCE;
        while (!holds.getAsBoolean()) {
            if (world.now() >= end) {
                throw new AssertionError("waited in vain until " + what + "; last: "
                        + world.notes().stream()
                                .skip(Math.max(0, world.notes().size() - 20))
                                .toList());
            }
            pass(SECOND / 100);
        }
    }

    void pass(long nanos) {
        long end = world.now() + nanos;
        while (world.scheduler().step(end)) {
            // until nothing is left before that time
        }
    }

    /// Waits until every node is ready and every replica has applied the same.
    void untilCalm() {
        until(
                "all nodes are ready",
                () -> world.nodes().stream()
                        .filter(SimulatedNode::isUp)
                        .allMatch(it -> it.node().notReady().isEmpty()));
        until("all replicas have applied the same", this::isEven);
        pass(SECOND);
        until("all replicas have applied the same", this::isEven);
    }

    private boolean isEven() {
        SortedMap<ShardId, Long> applied = new TreeMap<>();
        for (SimulatedNode node : world.nodes()) {
            if (node.isUp()) {
                for (Replica replica : member(node.number()).host().replicas()) {
                    long index = replica.machine().applied().index();
                    Long other = applied.putIfAbsent(replica.shard(), index);
                    if (replica.damage().isPresent()
                            || replica.core().lastIndex() != index
                            || other != null && other != index) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    Membership member(int node) {
        return world.node(node).node().membership().orElseThrow();
    }

    ClusterState state() {
        return member(1).desk().state();
    }

    /// While a node is reserved no members change on its shards: what is damaged there stays as it is.
    void reserve(int node) {
        submit(new TopologyCommand.Reserve(new NodeId(node), "test", "test", Long.MAX_VALUE));
        until("node " + node + " is reserved", () -> state().reservation().isPresent());
    }

    void release(int node) {
        submit(new TopologyCommand.Release(new NodeId(node)));
        until("node " + node + " is released", () -> state().reservation().isEmpty());
    }

    private void submit(TopologyCommand command) {
        int leader = leaderOf(ShardId.TOPOLOGY);
        on(leader, () -> member(leader).desk().submit(command, SECOND / 1_000_000, outcome -> {}));
    }

    /// Something a node does on its own thread.
    void on(int node, Runnable task) {
        SimulatedNode.Process process = world.node(node).process();
        if (process == null) {
            throw new IllegalStateException("node " + node + " is down");
        }
        process.run("golden", task);
    }

    ShardId shardOf(String keyspace, byte[] key) {
        ClusterState state = state();
        return state.shardOf(state.keyspace(keyspace).orElseThrow(), PartitionHash.of(key))
                .id();
    }

    ShardAnswer call(int node, ShardId shard, ShardCall call) {
        List<ShardAnswer> answers = new ArrayList<>();
        on(node, () -> member(node).router().call(shard, call, Consistency.LINEARIZABLE, 5_000, true, answers::add));
        until("the call is answered", () -> !answers.isEmpty());
        return answers.getFirst();
    }

    AdminDesk.Answer admin(int node, AdminDesk.Operation operation) {
        List<AdminDesk.Answer> answers = new ArrayList<>();
        on(node, () -> member(node).admin().execute(operation, answers::add));
        until("the operation is answered", () -> !answers.isEmpty());
        return answers.getFirst();
    }

    /// The number of the node that leads.
    int leaderOf(ShardId shard) {
        until("shard " + shard + " has a leader", () -> leaderNow(shard) > 0);
        return leaderNow(shard);
    }

    private int leaderNow(ShardId shard) {
        for (SimulatedNode node : world.nodes()) {
            if (node.isUp()
                    && member(node.number())
                            .host()
                            .find(shard)
                            .filter(Replica::isLeader)
                            .isPresent()) {
                NodeId known = member(node.number()).host().leaderOf(shard);
                return (int) known.value();
            }
        }
        return 0;
    }

    Replica replica(int node, ShardId shard) {
        return member(node).host().find(shard).orElseThrow();
    }
}
