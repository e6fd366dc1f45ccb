package io.concordkv.simulation.world;

import io.concordkv.simulation.fault.FaultGate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Everything there is in one run.
final class World {
    /// Wall clock of every run's beginning: 2026-01-01T00:00:00Z.
    static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private static final int NOTES_MAX = 4_000;

    private final WorldOptions options;
    private final FaultGate faults;
    private final Scheduler scheduler;
    private final SimulatedNetwork network;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Invariants invariants;
    private final List<String> notes = new ArrayList<>();

    World(long seed, WorldOptions options, FaultGate faults) {
        this.options = options;
        this.faults = faults;
        SplittableRandom random = new SplittableRandom(seed);
        this.scheduler = new Scheduler(random.nextLong());
        this.network = new SimulatedNetwork(this, options.nodes(), random.split());
        this.invariants = new Invariants(this);
        for (int i = 1; i <= options.nodes(); i++) {
            SimulatedNode node = new SimulatedNode(this, i, random.split());
            nodes.add(node);
            network.add(node);
        }
    }

    WorldOptions options() {
        return options;
    }

    FaultGate faults() {
        return faults;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    SimulatedNetwork network() {
        return network;
    }

    Invariants invariants() {
        return invariants;
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    /// Node `number`, from 1.
    SimulatedNode node(int number) {
        return nodes.get(number - 1);
    }

    long now() {
        return scheduler.now();
    }

    void schedule(long delayNanos, String label, Runnable action) {
        scheduler.after(delayNanos, label, action);
    }

    /// How long one WAL sync takes: mostly the mean, now and then fifty times that.
    long syncNanos(SplittableRandom random) {
        long mean = options.syncMicros() * 1_000L;
        long once = mean / 2 + random.nextLong(mean);
        return random.nextInt(200) == 0 ? once * 50 : once;
    }

    /// Remembers what happened, for whoever reads a finding.
    void note(String text) {
        if (notes.size() < NOTES_MAX) {
            notes.add(String.format("%10.4f s  %s", now() / 1e9, text));
        }
    }

    List<String> notes() {
        return notes;
    }
}
