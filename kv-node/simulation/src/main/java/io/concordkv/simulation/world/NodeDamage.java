package io.concordkv.simulation.world;

import io.concordkv.base.ShardId;
import io.concordkv.disk.simulated.SimulatedDisk;
import io.concordkv.shard.apply.KvStateMachine;
import io.concordkv.shard.replica.Replica;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// What faults take from one machine's volume: all of it, a bit of its log, its last moments, or the truth of a
/// row.
final class NodeDamage {
    /// Of the family that no code writes yet: nobody reads it, but it is state.
    static final byte[] FOREIGN_ROW = {2, 'x'};

    private static final int ROT_TRIES = 200;
    private static final long ROT_FOUND_NANOS = 8_000_000_000L;

    private final World world;
    private final SimulatedNode machine;
    private final SplittableRandom random;
    private boolean wiped;
    private boolean rotten;
    private boolean rolledBack;
    private boolean differing;

    NodeDamage(World world, SimulatedNode machine, SplittableRandom random) {
        this.world = world;
        this.machine = machine;
        this.random = random;
    }

    boolean isNone() {
        return !wiped && !rotten && !rolledBack && !differing;
    }

    /// The volume is gone; the next start finds an empty one.
    void wipe() {
        wiped = true;
        machine.empty();
    }

    /// The volume is what it was when this copy of it was taken.
    void rollBackTo(SimulatedDisk earlier) {
        rolledBack = true;
        machine.mount(earlier);
    }

    boolean isRolledBack() {
        return rolledBack;
    }

    boolean isWiped() {
        return wiped;
    }

    /// A row appears in one of its replicas that no command wrote.
    void differ() {
        SimulatedNode.Process running = machine.process();
        if (running != null) {
            running.run(
                    "differ",
                    () -> machine.node().membership().ifPresent(it -> {
                        List<Replica> replicas = it.host().replicas().stream()
                                .filter(each -> each.damage().isEmpty() && each.machine() instanceof KvStateMachine)
                                .toList();
                        if (!replicas.isEmpty()) {
                            differing = true;
                            Replica replica = replicas.get(random.nextInt(replicas.size()));
                            replica.machine().loadRow(FOREIGN_ROW, new byte[] {1});
                            replica.machine().loaded(replica.machine().applied());
                            world.note(
                                    machine.name() + " has a row in shard " + replica.shard() + " that nobody wrote");
                        }
                    }));
        }
    }

    /// One of its replicas holds what no command wrote, and is not damaged.
    boolean isTrustedThoughDiffering() {
        return machine.isUp()
                && machine.node().membership().isPresent()
                && machine.node().membership().get().host().replicas().stream()
                        .anyMatch(it -> it.damage().isEmpty() && Invariants.holdsForeignRow(it));
    }

    boolean isDiffering() {
        return differing;
    }

    /// Flips a bit in one of the last blocks of the log.
    void rot() {
        String newest = machine.disk().files().stream()
                .filter(it -> it.startsWith("wal/segment-"))
                .max(Comparator.naturalOrder())
                .orElse("");
        if (newest.isEmpty()) {
            return;
        }
        try (var file = machine.disk().open(newest)) {
            long blocks = file.size() / 4096;
            if (blocks > 2) {
                rotten = true;
                machine.disk()
                        .rot(
                                newest,
                                (blocks - 1 - random.nextLong(Math.min(3, blocks - 2))) * 4096 + 40,
                                random.nextInt(8));
            }
        } catch (IOException e) {
            throw new Finding("Rot", e);
        }
    }

    /// Flips a bit in some block that the running node still needs.
    void rotBeneath() {
        List<String> segments = machine.disk().files().stream()
                .filter(it -> it.startsWith("wal/segment-"))
                .toList();
        for (int i = 0; i < ROT_TRIES && !segments.isEmpty() && unreadable().isEmpty(); i++) {
            String chosen = segments.get(random.nextInt(segments.size()));
            try (var file = machine.disk().open(chosen)) {
                long block = 1 + random.nextLong(Math.max(1, file.size() / 4096 - 1));
                machine.disk().rot(chosen, block * 4096 + 40, 3);
                if (unreadable().isEmpty()) {
                    machine.disk().rot(chosen, block * 4096 + 40, 3); // as it was
                } else {
                    rotten = true;
                    world.note(machine.name() + " rots beneath its feet in " + chosen + " block " + block);
                    int life = machine.starts();
                    world.schedule(ROT_FOUND_NANOS, "rot-found", () -> requireRotFound(life));
                }
            } catch (IOException e) {
                throw new Finding("Rot", e);
            }
        }
    }

    /// What a node still needs all the time, its scrubber has read by now.
    private void requireRotFound(int life) {
        Optional<ShardId> unreadable = machine.starts() == life ? unreadable() : Optional.empty();
        if (unreadable.isPresent()) {
            throw new Finding("RotIsFound", machine.name() + " cannot read its log of shard " + unreadable.get());
        }
    }

    /// The first shard whose replica is not damaged though its log cannot be read.
    Optional<ShardId> unreadable() {
        SimulatedNode.Process running = machine.process();
        if (running == null || machine.node().membership().isEmpty()) {
            return Optional.empty();
        }
        for (Replica replica : machine.node().membership().get().host().replicas()) {
            try {
                if (replica.damage().isEmpty()) {
                    running.wal()
                            .read(
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
}
