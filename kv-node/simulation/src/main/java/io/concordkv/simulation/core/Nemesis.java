package io.concordkv.simulation.core;

import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Input;

/// Breaks things at random until told to stop.
final class Nemesis {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final CoreWorld world;
    private boolean stopped;

    Nemesis(CoreWorld world) {
        this.world = world;
        repeat(world.options.crashNanosMean(), this::crash);
        repeat(world.options.partitionNanosMean(), this::partition);
        repeat(world.options.pauseNanosMean(), this::pause);
        repeat(world.options.transferNanosMean(), this::transfer);
        world.onElected(this::elected);
        // Two configurations that know nothing of each other collide only if the network is cut early.
        if (world.options.replaced() > 0 && world.random.nextBoolean()) {
            split();
            world.schedule.after(world.random.nextLong(8 * SECOND), world.network::heal);
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

    private void repeat(long mean, Runnable fault) {
        if (mean > 0) {
            world.schedule.after(world.random.nextLong(2 * mean), () -> {
                if (!stopped) {
                    fault.run();
                    repeat(mean, fault);
                }
            });
        }
    }

    private void crash() {
        boolean powerLoss = world.random.nextInt(10) == 0;
        var victim = world.random.nextBoolean() ? anyLeader() : any();
        for (SimulatedReplica replica : world.replicas) {
            if (powerLoss || replica == victim) {
                crash(replica);
            }
        }
    }

    private void crash(SimulatedReplica replica) {
        crash(replica, world.random.nextBoolean() ? 100 * MILLI : 3 * SECOND);
    }

    private void crash(SimulatedReplica replica, long down) {
        if (!replica.isUp()) {
            return;
        }
        replica.crash();
        world.schedule.after(world.random.nextLong(down), () -> {
            if (!replica.isUp()) {
                replica.start();
            }
        });
    }

    /// The time just after an election is where logs part (Raft paper, figure 8).
    private void elected(SimulatedReplica leader) {
        if (stopped || world.random.nextInt(100) >= world.options.electionTroublePercent()) {
            return;
        }
        var victim = world.random.nextInt(4) == 0 ? any() : leader;
        boolean cut = world.random.nextInt(3) > 0;
        world.schedule.after(world.random.nextLong(10 * MILLI), () -> {
            if (stopped) {
                return;
            }
            if (cut) {
                isolate(victim);
                world.schedule.after(world.random.nextLong(2 * SECOND), world.network::heal);
            } else {
                crash(victim);
            }
        });
    }

    private void partition() {
        switch (world.random.nextInt(3)) {
            case 0 -> isolate(world.random.nextBoolean() ? anyLeader() : any());
            case 1 -> split();
            default -> cutOneWay();
        }
        for (SimulatedReplica replica : world.replicas) {
            if (world.random.nextInt(4) == 0) {
                replica.take(new Input.PeerUnreachable(any().id()));
            }
        }
        world.schedule.after(world.random.nextLong(4 * SECOND), world.network::heal);
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
        long sides = world.random.nextLong();
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
            if (to != from && world.random.nextBoolean()) {
                world.network.cut(from.id(), to.id());
            }
        }
    }

    /// A vote that was not durable would be forgotten now.
    private void voted(SimulatedReplica voter) {
        if (!stopped && world.random.nextInt(300) < world.options.electionTroublePercent()) {
            world.schedule.after(world.random.nextLong(MILLI), () -> {
                if (!stopped) {
                    crash(voter, 20 * MILLI);
                }
            });
        }
    }

    private void pause() {
        var replica = world.random.nextBoolean() ? anyLeader() : any();
        if (replica.isUp() && !replica.isPaused()) {
            replica.pause();
            world.schedule.after(world.random.nextLong(3 * SECOND), () -> {
                if (replica.isUp() && replica.isPaused()) {
                    replica.resume();
                }
            });
        }
    }

    private void transfer() {
        if (world.random.nextInt(3) == 0) {
            any().take(new Input.SetReluctant(world.random.nextBoolean()));
        }
        anyLeader().take(new Input.TransferLeader(any().id()));
    }

    private SimulatedReplica any() {
        return world.replicas.get(world.random.nextInt(world.replicas.size()));
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
