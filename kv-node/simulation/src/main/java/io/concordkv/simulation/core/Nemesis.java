package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Input;
import java.util.SplittableRandom;

/// Breaks things at random until told to stop.
final class Nemesis {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final CoreWorld world;
    /// When what happens, and where each fault's own chance comes from.
    private final SplittableRandom fate;
    /// The same for faults that follow from what the group does.
    private final SplittableRandom reaction;
    /// Of the fault that happens now.
    private SplittableRandom random;
    private boolean stopped;

    Nemesis(CoreWorld world) {
        this.world = world;
        this.fate = world.random.split();
        this.reaction = world.random.split();
        this.random = fate.split();
        repeat(world.options.crashNanosMean(), "crash", this::crash);
        repeat(world.options.partitionNanosMean(), "partition", this::partition);
        repeat(world.options.pauseNanosMean(), "pause", this::pause);
        repeat(world.options.transferNanosMean(), "transfer", this::transfer);
        world.onElected(this::elected);
        // Two configurations that know nothing of each other collide only if the network is cut early.
        if (world.options.replaced() > 0 && random.nextBoolean()) {
            fault(fate, "split", () -> {
                split();
                world.schedule.after(random.nextLong(8 * SECOND), world.network::heal);
            });
        }
        world.onVoted(this::voted);
    }

    /// Ends all faults; every replica runs and hears every other.
    void stop() {
        stopped = true;
        world.calmDown();
        for (SimulatedReplica replica : world.replicas) {
            if (!replica.isUp()) {
                replica.start();
            }
            replica.resume();
            replica.take(new Input.SetReluctant(false));
        }
    }

    private void repeat(long mean, String kind, Runnable fault) {
        if (mean > 0) {
            world.schedule.after(fate.nextLong(2 * mean), () -> {
                if (!stopped) {
                    fault(fate, kind, fault);
                    repeat(mean, kind, fault);
                }
            });
        }
    }

    private void fault(SplittableRandom from, String kind, Runnable fault) {
        random = from.split();
        if (world.faults.lets(kind, world.schedule.now())) {
            fault.run();
        }
    }

    private void crash() {
        boolean powerLoss = random.nextInt(10) == 0;
        var victim = random.nextBoolean() ? anyLeader() : any();
        for (SimulatedReplica replica : world.replicas) {
            if (powerLoss || replica == victim) {
                crash(replica);
            }
        }
    }

    private void crash(SimulatedReplica replica) {
        crash(replica, random.nextBoolean() ? 100 * MILLI : 3 * SECOND);
    }

    private void crash(SimulatedReplica replica, long down) {
        if (!replica.isUp()) {
            return;
        }
        replica.crash();
        world.schedule.after(random.nextLong(down), () -> {
            if (!replica.isUp()) {
                replica.start();
            }
        });
    }

    /// The time just after an election is where logs part (Raft paper, figure 8).
    private void elected(SimulatedReplica leader) {
        if (stopped || reaction.nextInt(100) >= world.options.electionTroublePercent()) {
            return;
        }
        world.schedule.after(reaction.nextLong(10 * MILLI), () -> {
            if (!stopped) {
                fault(reaction, "after-election", () -> trouble(leader));
            }
        });
    }

    private void trouble(SimulatedReplica leader) {
        var victim = random.nextInt(4) == 0 ? any() : leader;
        if (random.nextInt(3) > 0) {
            isolate(victim);
            world.schedule.after(random.nextLong(2 * SECOND), world.network::heal);
        } else {
            crash(victim);
        }
    }

    private void partition() {
        switch (random.nextInt(3)) {
            case 0 -> isolate(random.nextBoolean() ? anyLeader() : any());
            case 1 -> split();
            default -> cutOneWay();
        }
        for (SimulatedReplica replica : world.replicas) {
            if (random.nextInt(4) == 0) {
                replica.take(new Input.PeerUnreachable(any().id()));
            }
        }
        world.schedule.after(random.nextLong(4 * SECOND), world.network::heal);
    }

    private void isolate(SimulatedReplica alone) {
        for (SimulatedReplica other : world.replicas) {
            if (other != alone) {
                world.network.cut(alone.id(), other.id());
                world.network.cut(other.id(), alone.id());
            }
        }
    }

    private void split() {
        long sides = random.nextLong();
        for (SimulatedReplica a : world.replicas) {
            for (SimulatedReplica b : world.replicas) {
                if (side(sides, a.id()) != side(sides, b.id())) {
                    world.network.cut(a.id(), b.id());
                }
            }
        }
    }

    private void cutOneWay() {
        var from = any();
        for (SimulatedReplica to : world.replicas) {
            if (to != from && random.nextBoolean()) {
                world.network.cut(from.id(), to.id());
            }
        }
    }

    /// A vote that was not durable would be forgotten now.
    private void voted(SimulatedReplica voter) {
        if (!stopped && reaction.nextInt(300) < world.options.electionTroublePercent()) {
            world.schedule.after(reaction.nextLong(MILLI), () -> {
                if (!stopped) {
                    fault(reaction, "after-vote", () -> crash(voter, 20 * MILLI));
                }
            });
        }
    }

    private void pause() {
        var replica = random.nextBoolean() ? anyLeader() : any();
        if (replica.isUp() && !replica.isPaused()) {
            replica.pause();
            world.schedule.after(random.nextLong(3 * SECOND), () -> {
                if (replica.isUp() && replica.isPaused()) {
                    replica.resume();
                }
            });
        }
    }

    private void transfer() {
        if (random.nextInt(3) == 0) {
            any().take(new Input.SetReluctant(random.nextBoolean()));
        }
        anyLeader().take(new Input.TransferLeader(any().id()));
    }

    private SimulatedReplica any() {
        return world.replicas.get(random.nextInt(world.replicas.size()));
    }

    /// A replica that leads or believes so; any other when there is none.
    private SimulatedReplica anyLeader() {
        return world.replicas.stream()
                .filter(SimulatedReplica::leads)
                .findFirst()
                .orElseGet(this::any);
    }

    private static boolean side(long sides, ReplicaId replica) {
        return (sides >>> replica.value() & 1) == 0;
    }
}
