package io.concordkv.simulation.world;

import io.concordkv.base.InvariantViolation;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Configuration;
import io.concordkv.shard.replica.Replica;
import io.concordkv.simulation.fault.FaultChoice;
import io.concordkv.simulation.fault.FaultGate;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MovePhase;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.NodeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One seed: a cluster is founded and used while things go wrong, then everything heals, and in the end
/// all calls are answered, all replicas agree, and the clients' history has an explanation.
public final class WorldSimulation {
    private static final long SECOND = 1_000_000_000L;
    private static final int QUIET_SECONDS_MIN = 6;
    private static final int QUIET_SECONDS_MAX = 30;
    private static final int QUIET_SECONDS_CHURNING = 90;

    private final World world;
    private final Nemesis nemesis;
    private final Founder founder;
    private final Mover mover;
    private final Churner churner;
    private final History history = new History();
    private final List<Client> clients = new ArrayList<>();
    private final int faultySeconds;
    private long moves;

    /// What a run came to.
    ///
    /// @param finding      null when nothing was found
    /// @param traceHash    equal for equal seeds
    /// @param simulated    nanoseconds of simulated time
    /// @param operations   client operations with an answer
    /// @param moves        replicas that moved to the end
    /// @param joins        nodes that joined
    /// @param resumed      transfers of snapshots that went on where a broken one had ended
    /// @param beyond       it ended early: something happened that no cluster promises to survive
    /// @param faults       that happened, and wishes of members that came and went
    /// @param notes        what happened, one line each
    public record Outcome(
            long seed,
            @Nullable Finding finding,
            long traceHash,
            long events,
            long simulated,
            int operations,
            int crashes,
            int partitions,
            long moves,
            int joins,
            long resumed,
            boolean beyond,
            List<FaultGate.Happened> faults,
            List<String> notes) {}

    private WorldSimulation(long seed, WorldOptions options, FaultChoice choice) {
        SplittableRandom random = new SplittableRandom(seed);
        this.world = new World(random.nextLong(), options, new FaultGate(choice));
        this.nemesis = new Nemesis(world, random.split());
        this.founder = new Founder(world, random.split());
        this.mover = new Mover(world, new SplittableRandom(seed ^ 0x30e5));
        this.churner = new Churner(world, new SplittableRandom(seed ^ 0xc4a2));
        this.faultySeconds = options.faultySeconds();
        for (int i = 0; i < options.clients(); i++) {
            clients.add(new Client(world, history, i, random.split()));
        }
    }

    public static Outcome run(long seed) {
        return run(seed, WorldOptions.of(seed));
    }

    public static Outcome run(long seed, WorldOptions options) {
        return run(seed, options, FaultChoice.ALL);
    }

    /// @param choice the faults that may happen
    public static Outcome run(long seed, WorldOptions options, FaultChoice choice) {
        WorldSimulation simulation = new WorldSimulation(seed, options, choice);
        Finding finding = null;
        boolean beyond = false;
        try {
            simulation.live();
        } catch (Finding e) {
            finding = e;
        } catch (BeyondModel e) {
            beyond = true;
            simulation.world.note(String.valueOf(e.getMessage()));
        } catch (InvariantViolation e) {
            finding = new Finding("Code", e);
        } finally {
            simulation.world.nodes().forEach(SimulatedNode::end);
        }
        Scheduler scheduler = simulation.world.scheduler();
        return new Outcome(
                seed,
                finding,
                scheduler.traceHash(),
                scheduler.happened(),
                scheduler.now(),
                simulation.history.operations(),
                simulation.nemesis.crashes(),
                simulation.nemesis.partitions(),
                simulation.moves,
                simulation.churner.joins(),
                simulation.world.nodes().stream()
                        .mapToLong(SimulatedNode::snapshotsResumed)
                        .sum(),
                beyond,
                simulation.world.faults().happened(),
                simulation.world.notes());
    }

    private void live() {
        world.nodes().forEach(SimulatedNode::start);
        founder.start();
        nemesis.start();
        mover.start();
        churner.start();
        clients.forEach(Client::start);
        runUntil(faultySeconds * SECOND);
        nemesis.stop();
        mover.stop();
        churner.stop();
        runUntil((faultySeconds + QUIET_SECONDS_MIN - 2) * SECOND);
        clients.forEach(Client::stop);
        int quietMax = world.options().spares() > 0 ? QUIET_SECONDS_CHURNING : QUIET_SECONDS_MAX;
        long end = (faultySeconds + quietMax) * SECOND;
        long now = (faultySeconds + QUIET_SECONDS_MIN) * SECOND;
        runUntil(now);
        while (!isCalm()) {
            now += SECOND;
            if (now > end) {
                throw new Finding(
                        "Converges", "the cluster is not calm after " + quietMax + " s without faults: " + unrest());
            }
            runUntil(now);
        }
        readEverything();
        while (!isCalm() && now < end) { // somebody may have taken over leadership meanwhile
            now = world.now() + SECOND;
            runUntil(now);
        }
        shards().forEach(world.invariants()::converged);
        moves = whole().getFirst().node().clusterState().moves().values().stream()
                .filter(it -> it.phase() == MovePhase.DONE)
                .count();
        history.check();
    }

    private void runUntil(long time) {
        while (world.scheduler().step(time)) {
            // until nothing is left before that time
        }
    }

    /// Nodes that no fault took for good.
    private List<SimulatedNode> whole() {
        return world.nodes().stream().filter(SimulatedNode::isWhole).toList();
    }

    private TreeSet<ShardId> shards() {
        TreeSet<ShardId> shards = new TreeSet<>();
        for (SimulatedNode node : whole()) {
            node.node().membership().ifPresent(it -> it.host().replicas().forEach(r -> shards.add(r.shard())));
        }
        return shards;
    }

    private boolean isCalm() {
        return unrest().isEmpty();
    }

    /// What still moves; empty when nothing does.
    private String unrest() {
        if (!founder.isFounded()) {
            return "the cluster is not founded";
        }
        for (Client client : clients) {
            if (!client.isIdle()) {
                return "a client waits for its answer";
            }
        }
        for (SimulatedNode node : whole()) {
            if (!node.isUp()) {
                return node.name() + " is down";
            }
            List<String> notReady = node.node().notReady();
            if (!notReady.isEmpty()) {
                return node.name() + ": " + notReady;
            }
        }
        for (SimulatedNode node : world.nodes()) {
            Optional<ShardId> unreadable = node.damage().unreadable();
            if (unreadable.isPresent()) {
                return node.name() + " cannot read its log of shard " + unreadable.get() + ", and nobody has found it";
            }
        }
        List<SimulatedNode> differing = world.options().differ()
                ? world.nodes().stream()
                        .filter(it -> it.damage().isTrustedThoughDiffering())
                        .toList()
                : List.of();
        if (differing.stream().anyMatch(SimulatedNode::isWhole)) {
            throw new BeyondModel("a node got by snapshot what another had not by the log");
        }
        if (!differing.isEmpty()) {
            return differing.getFirst().name() + " holds a row that nobody wrote, and nobody has found it";
        }
        ClusterState state = whole().getFirst().node().clusterState();
        Optional<NodeRecord> leaving =
                state.nodes().values().stream().filter(it -> !it.isMember()).findFirst();
        if (leaving.isPresent()) {
            return leaving.get() + " has shards " + state.shardsOn(leaving.get().id()) + replicas(ShardId.TOPOLOGY);
        }
        Optional<MoveRecord> move = state.moves().values().stream()
                .filter(it -> !it.phase().isOver())
                .findFirst();
        if (move.isPresent()) {
            return move.get() + " is not over: " + replicas(move.get().shard());
        }
        for (ShardId shard : shards()) {
            TreeSet<Long> applied = new TreeSet<>();
            if (state.shard(shard).isEmpty()) {
                return whole().getFirst().name() + " does not know shard " + shard;
            }
            Configuration members = state.shard(shard).get().configuration();
            for (SimulatedNode node : whole()) {
                boolean isHere = node.node()
                        .membership()
                        .orElseThrow()
                        .host()
                        .find(shard)
                        .isPresent();
                NodeId id = node.node().id();
                if (members.members().stream().noneMatch(it -> it.node().equals(id))) {
                    if (isHere) {
                        return node.name() + " still has a replica of shard " + shard;
                    }
                    continue;
                }
                Replica replica = node.node()
                        .membership()
                        .flatMap(it -> it.host().find(shard))
                        .orElse(null);
                if (replica == null) {
                    return node.name() + " has no replica of shard " + shard;
                }
                if (replica.damage().isPresent()) {
                    return node.name() + " shard " + shard + " is damaged: "
                            + replica.damage().get();
                }
                applied.add(replica.core().lastIndex());
                applied.add(replica.machine().applied().index());
            }
            healed(shard).forEach(it -> applied.add(it.machine().applied().index()));
            if (applied.size() > 1) {
                return "shard " + shard + " is applied up to " + applied;
            }
        }
        return "";
    }

    /// Replicas that were made anew on nodes which a fault took something from.
    private List<Replica> healed(ShardId shard) {
        return world.nodes().stream()
                .filter(it -> it.isUp() && !it.isWhole())
                .flatMap(it -> it.node().membership().stream())
                .flatMap(it -> it.host().find(shard).stream())
                .filter(it -> it.damage().isEmpty())
                .toList();
    }

    /// What every node has of a shard, for whoever reads a finding.
    private String replicas(ShardId shard) {
        StringBuilder text = new StringBuilder();
        for (SimulatedNode node : whole()) {
            var member = node.node().membership().orElse(null);
            if (member == null) {
                continue;
            }
            text.append('\n').append(node.name()).append(": ");
            member.host()
                    .find(shard)
                    .ifPresentOrElse(
                            it -> text.append(it.id())
                                    .append(' ')
                                    .append(it.core().role())
                                    .append(" term ")
                                    .append(it.core().term())
                                    .append(" leader ")
                                    .append(it.core().leader())
                                    .append(" log ")
                                    .append(it.core().firstIndex())
                                    .append("..")
                                    .append(it.core().lastIndex())
                                    .append(" commit ")
                                    .append(it.core().commitIndex())
                                    .append(" by ")
                                    .append(it.core().configurationIndex())
                                    .append(' ')
                                    .append(it.core().configuration())
                                    .append(' ')
                                    .append(it.core().progress())
                                    .append(it.damage().orElse("")),
                            () -> text.append("none ").append(member.damagedShards()));
        }
        return text.toString();
    }

    private void readEverything() {
        int[] open = {history.byKey().size()};
        List<String> keys = List.copyOf(history.byKey().keySet());
        for (int i = 0; i < keys.size(); i++) {
            clients.get(i % clients.size()).finalRead(keys.get(i), () -> open[0]--);
        }
        runUntil(world.now() + 5 * SECOND);
        if (open[0] > 0) {
            throw new Finding("EveryCallEnds", open[0] + " final reads have no answer");
        }
    }
}
