package io.concordkv.raft;

import io.concordkv.base.Invariant;

/// Times and bounds of one group. Times are nanoseconds.
///
/// @param electionTimeoutNanos     silence after which a follower of rank 0 may campaign, before jitter;
///                                 also the window of leader stickiness and of CheckQuorum
/// @param rankDelayNanos           what each rank waits longer; also the width of the jitter
/// @param heartbeatNanos           interval of heartbeats while something needs them
/// @param commitDelayNanos         how long a new commit index waits for an append to travel with
/// @param voteRetryNanosMin        shortest wait after a lost or tied vote
/// @param voteRetryNanosMax        longest wait after a lost or tied vote
/// @param appendBytesMax           entries of one append; a larger entry travels alone
/// @param inflightMessagesMax      unanswered appends a follower
/// @param inflightBytesMax         unanswered entry bytes a follower
/// @param uncommittedBytesMax      proposals are refused beyond it
/// @param cacheBytesMax            entries kept in memory after they are durable and applied
public record RaftOptions(
        long electionTimeoutNanos,
        long rankDelayNanos,
        long heartbeatNanos,
        long commitDelayNanos,
        long voteRetryNanosMin,
        long voteRetryNanosMax,
        long appendBytesMax,
        int inflightMessagesMax,
        long inflightBytesMax,
        long uncommittedBytesMax,
        long cacheBytesMax) {
    private static final long MILLI = 1_000_000;

    /// For one region: a leader is missed after 1 to 2 s (SAFETY R4).
    public static final RaftOptions DEFAULT = new RaftOptions(
            1_000 * MILLI,
            100 * MILLI,
            100 * MILLI,
            5 * MILLI,
            50 * MILLI,
            300 * MILLI,
            256 << 10,
            256,
            4 << 20,
            16 << 20,
            4 << 20);

    public RaftOptions {
        Invariant.check(heartbeatNanos > 0 && heartbeatNanos * 2 <= electionTimeoutNanos, "heartbeat is too slow");
        Invariant.check(rankDelayNanos > 0 && commitDelayNanos > 0, "a delay must be positive");
        Invariant.check(0 < voteRetryNanosMin && voteRetryNanosMin < voteRetryNanosMax, "vote retry range is empty");
        Invariant.check(appendBytesMax > 0 && inflightMessagesMax > 0 && inflightBytesMax > 0, "no room to send");
        Invariant.check(uncommittedBytesMax > 0 && cacheBytesMax >= 0, "no room for entries");
    }
}
