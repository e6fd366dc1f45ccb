package io.concordkv.simulation.world;

import io.concordkv.disk.simulated.SimulatedDisk;
import java.util.SplittableRandom;

/// What goes wrong: crashes with and without power loss, all at once now and then, partitions whole and
/// one-way, pauses. Every run has at least one crash and one partition.
final class Nemesis {
    private static final long SECOND = 1_000_000_000L;
    private static final double FULL_EVERY_SECONDS = 4;

    private final World world;
    /// When what happens, and where each fault's own chance comes from.
    private final SplittableRandom fate;
    /// Of the fault that happens now.
    private SplittableRandom random;
    private boolean stopped;
    private int crashes;
    private int partitions;

    Nemesis(World world, SplittableRandom random) {
        this.world = world;
        this.fate = random;
        this.random = random.split();
    }

    int crashes() {
        return crashes;
    }

    int partitions() {
        return partitions;
    }

    void start() {
        WorldOptions options = world.options();
        every(options.crashEverySeconds(), "crash", this::crash);
        every(options.partitionEverySeconds(), "partition", this::partition);
        every(options.pauseEverySeconds(), "pause", this::pause);
        every(options.full() ? FULL_EVERY_SECONDS : 0, "fill", this::fill);
        if (options.wipe() || options.rot() || options.rollBack() || options.differ()) {
            long when = options.faultySeconds() * SECOND / 3 + fate.nextLong(2 * SECOND);
            world.schedule(when, "nemesis", () -> fault("damage", this::damage));
        }
        world.schedule(options.faultySeconds() * SECOND * 2 / 3, "nemesis", () -> {
            if (crashes == 0) {
                fault("only-crash", this::crash);
            }
            if (partitions == 0) {
                fault("only-partition", this::partition);
            }
        });
    }

    private void every(double meanSeconds, String kind, Runnable fault) {
        if (meanSeconds <= 0) {
            return;
        }
        long wait = (long) (-Math.log(1 - fate.nextDouble()) * meanSeconds * SECOND);
        world.schedule(wait, "nemesis", () -> {
            if (!stopped) {
                fault(kind, fault);
                every(meanSeconds, kind, fault);
            }
        });
    }

    private void fault(String kind, Runnable fault) {
        random = fate.split();
        if (world.faults().lets(kind, world.now())) {
            fault.run();
        }
    }

    private void crash() {
        crashes++;
        boolean powerLoss = random.nextDouble() < world.options().powerLossShare();
        if (random.nextInt(5) == 0) {
            world.note("all nodes crash" + (powerLoss ? " with power loss" : ""));
            world.nodes().forEach(it -> crash(it, powerLoss));
        } else {
            crash(any(), powerLoss);
        }
    }

    /// One node loses its volume, or part of its log: never more than one a run, a majority is whole.
    private void damage() {
        SimulatedNode node = any();
        if (!node.isUp() || node.node().membership().isEmpty()) {
            return;
        }
        if (world.options().rollBack()) {
            rollBack(node);
            return;
        }
        if (world.options().differ()) {
            node.damage().differ();
            return;
        }
        if (world.options().rot() && random.nextBoolean()) {
            node.damage().rotBeneath();
            return;
        }
        node.crash(false);
        if (world.options().wipe()) {
            world.note(node.name() + " loses its volume");
            node.damage().wipe();
        } else {
            world.note(node.name() + " rots");
            node.damage().rot();
        }
        restartLater(node, SECOND / 2);
    }

    /// Less than the interval of node frames passes, so that peers may not have heard of what is lost.
    private void rollBack(SimulatedNode node) {
        SimulatedDisk earlier = node.disk().copy(random.split());
        world.schedule(random.nextLong(60_000_000), "nemesis", () -> {
            if (node.isUp()) {
                world.note(node.name() + " is rolled back");
                node.crash(false);
                node.damage().rollBackTo(earlier);
                restartLater(node, 1_000_000);
            }
        });
    }

    private void crash(SimulatedNode node, boolean powerLoss) {
        if (!node.isUp()) {
            return;
        }
        world.note(node.name() + " crashes" + (powerLoss ? " with power loss" : ""));
        node.crash(powerLoss);
        restartLater(node, 100_000_000L + random.nextLong(3 * SECOND));
    }

    void restartLater(SimulatedNode node, long delay) {
        world.schedule(delay, "restart", () -> {
            if (!node.isUp()) {
                world.note(node.name() + " starts");
                node.start();
            }
        });
    }

    private void partition() {
        partitions++;
        SimulatedNode node = any();
        boolean in = random.nextInt(3) > 0;
        boolean out = !in || random.nextInt(3) > 0;
        long length = SECOND / 2 + random.nextLong(4 * SECOND);
        world.note(node.name() + " is cut off " + (in ? "in " : "") + (out ? "out" : ""));
        cut(node, in, out, true);
        world.schedule(length, "mend", () -> {
            world.note(node.name() + " is connected again");
            cut(node, true, true, false);
        });
    }

    private void cut(SimulatedNode node, boolean in, boolean out, boolean on) {
        for (SimulatedNode other : world.nodes()) {
            if (other != node) {
                if (in) {
                    world.network().setCut(other.number(), node.number(), on);
                }
                if (out) {
                    world.network().setCut(node.number(), other.number(), on);
                }
            }
        }
    }

    private void pause() {
        SimulatedNode node = any();
        long length = SECOND / 5 + random.nextLong(3 * SECOND);
        world.note(node.name() + " is paused");
        node.pause(length);
    }

    /// One disk at a time is full, so that a quorum has room.
    private void fill() {
        SimulatedNode node = any();
        boolean other = world.nodes().stream().anyMatch(it -> it.disk().freeBytes() == 0);
        if (other || !node.isUp() || node.node().membership().isEmpty()) {
            return;
        }
        world.note(node.name() + " has a full disk");
        node.disk().setFull(true);
        world.schedule(SECOND / 2 + random.nextLong(6 * SECOND), "room", () -> {
            world.note(node.name() + " has room again");
            node.disk().setFull(false);
            restartLater(node, SECOND / 10);
        });
    }

    private SimulatedNode any() {
        return world.nodes().get(random.nextInt(world.nodes().size()));
    }

    /// Everything is mended: wires, pauses, and nodes that are down start.
    void stop() {
        stopped = true;
        world.note("the faults end");
        world.network().heal();
        for (SimulatedNode node : world.nodes()) {
            node.pause(0);
            node.disk().setFull(false);
            if (!node.isUp()) {
                restartLater(node, 50_000_000);
            }
        }
    }
}
