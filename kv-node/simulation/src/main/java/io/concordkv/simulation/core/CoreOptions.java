package io.concordkv.simulation.core;

import io.concordkv.raft.RaftOptions;
import java.util.SplittableRandom;

/// What one seed stands for. Every fault is absent in a share of the seeds (swarm testing).
///
/// @param voters          1 to 5
/// @param learners        0 to 2
/// @param replaced        voters that a joint configuration, with which some logs begin, replaces; 0 = none
/// @param spares          replicas that no configuration names at first
/// @param changeNanosMean between two changes of members asked for; 0 = none
/// @param lossPercent     messages that vanish
/// @param duplicatePercent messages that arrive twice
/// @param tailPercent     messages that take up to half a second
/// @param syncNanosMax    longest sync of a disk
/// @param crashNanosMean  between two crashes; 0 = none
/// @param partitionNanosMean between two cuts of the network; 0 = none
/// @param pauseNanosMean  between two pauses of a replica; 0 = none
/// @param transferNanosMean between two hand-overs of leadership; 0 = none
/// @param electionTroublePercent elections after which the new leader, or a voter, crashes or is cut off
/// @param compactEvery    applied entries between two compactions; 0 = never
/// @param frames          node frames suppress elections (SAFETY R9)
/// @param raft            times and bounds of the cores
record CoreOptions(
        int voters,
        int learners,
        int replaced,
        int spares,
        long changeNanosMean,
        int lossPercent,
        int duplicatePercent,
        int tailPercent,
        long syncNanosMax,
        long crashNanosMean,
        long partitionNanosMean,
        long pauseNanosMean,
        long transferNanosMean,
        int electionTroublePercent,
        int compactEvery,
        boolean frames,
        RaftOptions raft) {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    static CoreOptions draw(SplittableRandom random) {
        int[] sizes = {1, 2, 3, 3, 3, 3, 3, 5, 5, 5};
        int voters = sizes[random.nextInt(sizes.length)];
        int replaced = voters == 3 && random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
        boolean changing = sometimes(random);
        return new CoreOptions(
                voters,
                random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0,
                replaced,
                changing ? random.nextInt(4) : 0,
                changing ? random.nextLong(50 * MILLI, 2 * SECOND) : 0,
                sometimes(random) ? random.nextInt(1, 25) : 0,
                sometimes(random) ? random.nextInt(1, 20) : 0,
                sometimes(random) ? random.nextInt(1, 20) : 0,
                sometimes(random) ? random.nextLong(MILLI, 300 * MILLI) : 2 * MILLI,
                often(random) ? random.nextLong(400 * MILLI, 5 * SECOND) : 0,
                often(random) ? random.nextLong(500 * MILLI, 5 * SECOND) : 0,
                sometimes(random) ? random.nextLong(500 * MILLI, 5 * SECOND) : 0,
                sometimes(random) ? random.nextLong(500 * MILLI, 5 * SECOND) : 0,
                sometimes(random) ? random.nextInt(10, 90) : 0,
                sometimes(random) ? random.nextInt(1, 30) : 0,
                sometimes(random),
                drawRaft(random));
    }

    private static RaftOptions drawRaft(SplittableRandom random) {
        var usual = RaftOptions.DEFAULT;
        // Shorter times, more elections.
        int hurry = sometimes(random) ? random.nextInt(2, 8) : 1;
        return new RaftOptions(
                usual.electionTimeoutNanos() / hurry,
                random.nextInt(3) == 0 ? random.nextLong(MILLI, 50 * MILLI) : usual.rankDelayNanos() / hurry,
                usual.heartbeatNanos() / hurry,
                usual.commitDelayNanos(),
                usual.voteRetryNanosMin() / hurry,
                usual.voteRetryNanosMax() / hurry,
                sometimes(random) ? 1 : random.nextLong(50, 2_000),
                random.nextInt(1, 20),
                random.nextLong(50, 4_000),
                random.nextLong(500, 20_000),
                sometimes(random) ? random.nextLong(2_000) : usual.cacheBytesMax());
    }

    private static boolean sometimes(SplittableRandom random) {
        return random.nextInt(2) == 0;
    }

    private static boolean often(SplittableRandom random) {
        return random.nextInt(10) < 7;
    }
}
