package io.concordkv.simulation.world;

import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.Member;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Moves replicas from node to node while everything else goes on: whole moves, only adding, only removing, and
/// giving up half-way.
final class Mover {
    private static final long SECOND = 1_000_000_000L;
    private static final long COMMAND_MILLIS = 3_000;
    private static final int VOTERS = 3;

    private final World world;
    private final SplittableRandom fate;
    /// Of the move that is asked for now.
    private SplittableRandom random;
    private boolean stopped;

    Mover(World world, SplittableRandom random) {
        this.world = world;
        this.fate = random;
        this.random = random.split();
    }

    void start() {
        double mean = world.options().moveEverySeconds();
        if (mean > 0) {
            long wait = (long) (-Math.log(1 - fate.nextDouble()) * mean * SECOND);
            world.schedule(wait, "mover", () -> {
                if (!stopped) {
                    random = fate.split();
                    if (world.faults().lets("move", world.now())) {
                        act();
                    }
                    start();
                }
            });
        }
    }

    void stop() {
        stopped = true;
    }

    private void act() {
        SimulatedNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        SimulatedNode.Process process = node.process();
        if (process == null || node.node().membership().isEmpty()) {
            return;
        }
        TopologyDesk desk = node.node().membership().get().desk();
        command(desk.state()).ifPresent(command -> {
            world.note(node.name() + " asks: " + command);
            process.run("move", () -> desk.submit(command, COMMAND_MILLIS, outcome -> {}));
        });
    }

    private Optional<TopologyCommand> command(ClusterState state) {
        List<ShardRecord> shards = state.shards().values().stream()
                .filter(it -> !it.id().equals(ShardId.TOPOLOGY))
                .toList();
        if (shards.isEmpty()) {
            return Optional.empty();
        }
        ShardRecord shard = shards.get(random.nextInt(shards.size()));
        Optional<MoveRecord> move = state.moveOf(shard.id());
        if (move.isPresent()) {
            return random.nextInt(3) == 0
                    ? Optional.of(new TopologyCommand.CancelMove(move.get().id()))
                    : Optional.empty();
        }
        List<NodeId> holders = shard.configuration().members().stream()
                .filter(Member::isVoter)
                .map(Member::node)
                .toList();
        List<NodeId> others = new ArrayList<>(state.nodes().keySet());
        others.removeAll(holders);
        NodeId from = holders.get(random.nextInt(holders.size()));
        NodeId to = others.isEmpty() ? NodeId.NONE : others.get(random.nextInt(others.size()));
        if (holders.size() < VOTERS) {
            from = NodeId.NONE;
        } else if (random.nextInt(5) == 0) {
            to = NodeId.NONE;
        }
        return Optional.of(new TopologyCommand.BeginMove(shard.id(), from, to, 0, "simulation"));
    }
}
