package io.concordkv.simulation.world;

import io.concordkv.base.NodeId;
import io.concordkv.node.NodeState;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Nodes come and go, as an operator would have it: what is empty joins, what is drained is removed, what lost its
/// volume is replaced. A machine whose node was removed comes back as another one.
final class Churner {
    private static final long EVERY_NANOS = 500_000_000L;
    private static final int MEMBERS_MIN = 3;
    /// Before it nobody can be replaced.
    private static final int LEVEL = 4;

    private final World world;
    private final SplittableRandom fate;
    /// Of the step that is asked for now.
    private SplittableRandom random;
    private boolean stopped;
    private boolean lost;
    private int joins;

    Churner(World world, SplittableRandom random) {
        this.world = world;
        this.fate = random;
        this.random = random.split();
    }

    /// Nodes that were told that they joined.
    int joins() {
        return joins;
    }

    void start() {
        if (world.options().spares() > 0) {
            world.schedule(EVERY_NANOS, "churn", () -> {
                random = fate.split();
                act();
                start();
            });
        }
    }

    /// Nothing new is begun; what was begun ends.
    void stop() {
        stopped = true;
    }

    private void act() {
        SimulatedNode asked = world.nodes().get(random.nextInt(world.nodes().size()));
        SimulatedNode.Process process = asked.process();
        if (process == null
                || asked.node().membership().isEmpty()
                || asked.node().state() == NodeState.JOINING) {
            return;
        }
        ClusterState state = asked.node().clusterState();
        Optional<AdminDesk.Operation> begun = goOn(state);
        Optional<AdminDesk.Operation> operation = begun.isPresent() || stopped ? begun : beginIfLet(state);
        operation.ifPresent(it -> {
            world.note(asked.name() + " is asked: " + it);
            process.run(
                    "churn",
                    () -> asked.node().membership().orElseThrow().admin().execute(it, answer -> answered(it, answer)));
        });
    }

    private void answered(AdminDesk.Operation operation, AdminDesk.Answer answer) {
        world.note("answer to " + operation + ": " + answer);
        if (operation instanceof AdminDesk.Operation.Join && answer.isDone() && answer.changed()) {
            joins++;
        }
    }

    private Optional<AdminDesk.Operation> goOn(ClusterState state) {
        for (SimulatedNode machine : world.nodes()) {
            if (machine.isUp() && machine.node().state() == NodeState.EMPTY) {
                return Optional.of(welcome(state, machine));
            }
        }
        return state.nodes().values().stream()
                .filter(it -> it.standing() == NodeStanding.DRAINING && holdsNothing(state, it))
                .findFirst()
                .map(it -> new AdminDesk.Operation.Remove(it.id()));
    }

    private static AdminDesk.Operation welcome(ClusterState state, SimulatedNode machine) {
        var volume = machine.node().founding().identity().volume();
        return state.nodes().values().stream()
                .filter(it -> it.name().equals(machine.name())
                        && it.standing() != NodeStanding.REPLACED
                        && !it.volume().equals(volume))
                .findFirst()
                .<AdminDesk.Operation>map(
                        it -> new AdminDesk.Operation.Replace(it.id(), Optional.of(volume), machine.address()))
                .orElseGet(() -> new AdminDesk.Operation.Join(machine.name(), volume, machine.address(), ""));
    }

    private static boolean holdsNothing(ClusterState state, NodeRecord node) {
        return state.shardsOn(node.id()).stream().allMatch(it -> it.value() == 0);
    }

    private Optional<AdminDesk.Operation> beginIfLet(ClusterState state) {
        return world.faults().lets("churn", world.now()) ? begin(state) : Optional.empty();
    }

    private Optional<AdminDesk.Operation> begin(ClusterState state) {
        List<NodeId> members = state.nodes().values().stream()
                .filter(NodeRecord::isMember)
                .map(NodeRecord::id)
                .toList();
        boolean calm =
                members.size() == world.options().nodes() && state.nodes().size() == members.size();
        if (calm && random.nextInt(6) == 0) {
            return Optional.of(new AdminDesk.Operation.Drain(members.get(random.nextInt(members.size())), true));
        }
        boolean draining = state.nodes().values().stream().anyMatch(it -> it.standing() == NodeStanding.DRAINING);
        if (draining && random.nextInt(20) == 0) {
            return state.nodes().values().stream()
                    .filter(it -> it.standing() == NodeStanding.DRAINING)
                    .findFirst()
                    .map(it -> new AdminDesk.Operation.Drain(it.id(), false));
        }
        if (!lost && state.level() >= LEVEL && members.size() >= MEMBERS_MIN && random.nextInt(20) == 0) {
            lose();
        }
        return Optional.empty();
    }

    /// One machine a run loses its volume and comes back empty: a majority of every shard is whole.
    private void lose() {
        SimulatedNode machine = world.nodes().get(random.nextInt(world.nodes().size()));
        if (machine.isUp() && machine.node().membership().isPresent()) {
            lost = true;
            world.note(machine.name() + " loses its volume for good");
            machine.crash(false);
            machine.lose();
            world.schedule(EVERY_NANOS, "empty", () -> {
                if (!machine.isUp()) {
                    machine.start();
                }
            });
        }
    }
}
