package io.concordkv.node.duty;

import io.concordkv.shard.replica.Replica;
import java.util.Collection;

/// Whether this node's log falls behind the quorums it leads: they have committed what a sync here that takes
/// long still owes. A leader answers for what is durable at its own place, too, so with such a disk everybody waits
/// for it, though its shards could go on faster elsewhere. A node whose quorums are as slow as itself does not lag.
final class LaggingLog {
    /// A sync that is quicker than this is not what anybody waits for.
    static final long SYNC_NANOS_MIN = 100_000_000;
    /// Of so many samples at least half must have found it: one slow sync is none.
    static final int SAMPLES = 16;

    private int history;

    /// @param leaders those of this node
    /// @param syncingNanos for how long the sync in flight has been so, 0 when none is
    void sample(Collection<Replica> leaders, long syncingNanos) {
        boolean lags = syncingNanos >= SYNC_NANOS_MIN && leaders.stream().anyMatch(LaggingLog::isAhead);
        history = (history << 1 | (lags ? 1 : 0)) & ((1 << SAMPLES) - 1);
    }

    boolean isLagging() {
        return Integer.bitCount(history) >= SAMPLES / 2;
    }

    /// Whether the quorum has committed more than this leader has made durable.
    private static boolean isAhead(Replica replica) {
        return replica.isLeader()
                && replica.core().commitIndex() > replica.core().durableIndex();
    }
}
