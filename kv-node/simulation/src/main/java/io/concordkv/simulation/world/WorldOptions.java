package io.concordkv.simulation.world;

import io.concordkv.shard.host.HostOptions;
import io.concordkv.shard.replica.ReplicaOptions;
import io.concordkv.shard.replica.SnapshotOptions;
import io.concordkv.wal.WalOptions;
import java.util.SplittableRandom;

/// What one seed turns into: sizes, times, and how often what goes wrong. Every fault is absent in a
/// share of all seeds.
///
/// @param nodes               3, or 4 where replicas or nodes move
/// @param shards              of keyspace `default`
/// @param clients             closed-loop callers
/// @param faultySeconds       simulated time with faults
/// @param snapshotBytes       log bytes after which a snapshot is due
/// @param logTail             entries the core keeps below a snapshot
/// @param crashEverySeconds   mean time between crashes of any node; 0 = never
/// @param powerLossShare      share of crashes that lose what was not synced
/// @param partitionEverySeconds mean time between partitions; 0 = never
/// @param pauseEverySeconds   mean time between pauses of a node; 0 = never
/// @param loss                share of Raft frames lost
/// @param duplication         share of Raft frames delivered twice
/// @param delayMicros         mean delay of a frame
/// @param syncMicros          mean time of a WAL sync
/// @param skewMillis          clocks differ by up to this
/// @param wipe                one node loses its volume and comes back empty under its name
/// @param rot                 one node's log rots in its last synced frames while it is down
/// @param rollBack            one node comes back on its volume of a few milliseconds ago
/// @param differ              a row of one replica changes outside of the log
/// @param full                now and then one node's disk is full for a while
/// @param spares              of `nodes`, those that join later, one after the other; nodes are drained, removed and
///                            replaced then
/// @param moveEverySeconds    mean time between wishes to move a replica, or to give a move up; 0 = never
public record WorldOptions(
        int nodes,
        int shards,
        int clients,
        int faultySeconds,
        long snapshotBytes,
        int logTail,
        double crashEverySeconds,
        double powerLossShare,
        double partitionEverySeconds,
        double pauseEverySeconds,
        double loss,
        double duplication,
        int delayMicros,
        int syncMicros,
        int skewMillis,
        boolean wipe,
        boolean rot,
        boolean rollBack,
        boolean differ,
        boolean full,
        double moveEverySeconds,
        int spares) {
    private static final long FULL_LOW_BYTES = 1 << 20;
    private static final long HASH_NANOS = 2_000_000_000L;
    private static final long SCRUB_NANOS = 3_000_000_000L;

    /// Options of a seed. Every one has crashes and partitions; the rest comes and goes.
    public static WorldOptions of(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x5eed);
        int reshaped = new SplittableRandom(seed ^ 0x30e5).nextInt(6);
        boolean differing = new SplittableRandom(seed ^ 0xd1ff).nextInt(8) == 0;
        WorldOptions options = of(random);
        if (options.wipe || options.rot) {
            return options;
        }
        return switch (reshaped) {
            case 0 -> options.churning();
            case 1, 2 -> options.moving();
            default -> differing ? options.differing() : options;
        };
    }

    private static WorldOptions of(SplittableRandom random) {
        return new WorldOptions(
                3,
                1 + random.nextInt(2),
                3 + random.nextInt(3),
                14,
                pick(random, 4 << 10, 16 << 10, 64 << 10),
                pick(random, 0, 20, 200),
                pick(random, 2, 4, 7),
                random.nextDouble(),
                pick(random, 4, 7, 10),
                pick(random, 0, 0, 6),
                pick(random, 0, 0, 2, 10) / 100.0,
                pick(random, 0, 0, 5) / 100.0,
                pick(random, 100, 300, 2_000),
                pick(random, 200, 1_000, 8_000),
                pick(random, 0, 20, 300),
                random.nextInt(10) == 0,
                random.nextInt(10) == 0,
                false,
                false,
                random.nextInt(4) == 0,
                0,
                0);
    }

    /// The same with a fourth node, and replicas that move all the time.
    public WorldOptions moving() {
        return new WorldOptions(
                4,
                shards,
                clients,
                faultySeconds,
                snapshotBytes,
                logTail,
                crashEverySeconds,
                powerLossShare,
                partitionEverySeconds,
                pauseEverySeconds,
                loss,
                duplication,
                delayMicros,
                syncMicros,
                skewMillis,
                false,
                false,
                false,
                false,
                full,
                0.8,
                0);
    }

    /// The same with a fourth node that joins, and nodes that are drained, removed, replaced and come back.
    public WorldOptions churning() {
        return new WorldOptions(
                4,
                shards,
                clients,
                2 * faultySeconds,
                snapshotBytes,
                logTail,
                crashEverySeconds,
                powerLossShare,
                partitionEverySeconds,
                pauseEverySeconds,
                loss,
                duplication,
                delayMicros,
                syncMicros,
                skewMillis,
                false,
                false,
                false,
                false,
                full,
                0,
                1);
    }

    /// The same, but it crashes every `seconds` with power loss, and takes snapshots all the time.
    public WorldOptions crashingEvery(double seconds) {
        return new WorldOptions(
                nodes,
                shards,
                clients,
                faultySeconds,
                4 << 10,
                0,
                seconds,
                1,
                partitionEverySeconds,
                0,
                loss,
                duplication,
                delayMicros,
                syncMicros,
                skewMillis,
                wipe,
                rot,
                rollBack,
                differ,
                full,
                moveEverySeconds,
                spares);
    }

    public WorldOptions withDamage(boolean wipes, boolean rots, boolean rollsBack) {
        return withDamage(wipes, rots, rollsBack, false);
    }

    /// The same, and a row of one replica changes outside of the log.
    public WorldOptions differing() {
        return withDamage(false, false, false, true);
    }

    private WorldOptions withDamage(boolean wipes, boolean rots, boolean rollsBack, boolean differs) {
        return new WorldOptions(
                3,
                shards,
                clients,
                faultySeconds,
                snapshotBytes,
                logTail,
                crashEverySeconds,
                powerLossShare,
                partitionEverySeconds,
                pauseEverySeconds,
                loss,
                duplication,
                delayMicros,
                syncMicros,
                skewMillis,
                wipes,
                rots,
                rollsBack,
                differs,
                false,
                0,
                0);
    }

    /// Sizes of each node's log: with room held, and marks, where disks fill.
    public WalOptions log() {
        WalOptions small = WalOptions.small();
        return full ? small.withReserves(1).withSpaceMarks(FULL_LOW_BYTES, 2 * FULL_LOW_BYTES) : small;
    }

    private static int pick(SplittableRandom random, int... values) {
        return values[random.nextInt(values.length)];
    }

    /// Small chunks and few bytes a second, so that transfers last long enough for faults to break them.
    private static final SnapshotOptions SLOW_SNAPSHOTS = new SnapshotOptions(512, 2, 1, 32 << 10, 16 << 10);

    HostOptions host() {
        ReplicaOptions d = ReplicaOptions.DEFAULT;
        ReplicaOptions replica = new ReplicaOptions(
                d.raft(),
                d.proposalsMax(),
                d.proposalBytesMax(),
                d.readsMax(),
                snapshotBytes,
                logTail,
                64,
                64 << 10,
                faultySeconds > 0 ? SLOW_SNAPSHOTS : d.snapshots());
        return new HostOptions(replica, 100_000_000, 300_000_000, HASH_NANOS, SCRUB_NANOS);
    }
}
