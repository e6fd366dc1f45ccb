package io.concordkv.shard.replica;

import io.concordkv.base.Flaw;
import io.concordkv.raft.RaftCore;
import java.util.OptionalLong;

/// Since when the state of a replica may have missed something: all times are of this node's own monotonic
/// clock, taken when a question left, never when its answer came.
///
/// A leader knows by the heartbeats that a quorum answered; any other replica by the read indexes it asked for.
public final class Freshness {
    private static final long NEVER = Long.MIN_VALUE;

    private final Replica replica;
    private long index;
    private long indexAt = NEVER;
    private long reachedAt = NEVER;

    Freshness(Replica replica) {
        this.replica = replica;
    }

    /// The leader confirmed, after it was asked at `askedNanos`, that nothing beyond `readIndex` was committed
    /// before.
    public void confirmed(long readIndex, long askedNanos, long now) {
        reach();
        long at = Flaw.READ_INDEX_DATED_BY_ITS_RECEIPT.isOn() ? now : askedNanos;
        if (at > indexAt) {
            index = readIndex;
            indexAt = at;
        }
        reach();
    }

    private void reach() {
        if (index <= replica.applied()) {
            reachedAt = Math.max(reachedAt, indexAt);
        }
    }

    /// Everything committed before this moment is applied here; empty when nothing is known.
    public OptionalLong at(long now) {
        reach();
        RaftCore core = replica.core();
        OptionalLong led = replica.applied() >= core.commitIndex() ? core.confirmedAt(now) : OptionalLong.empty();
        long at = Math.max(reachedAt, led.orElse(NEVER));
        return at == NEVER ? OptionalLong.empty() : OptionalLong.of(at);
    }

    /// The age of the state as of `atNanos`, in whole milliseconds upwards.
    public static long millis(long atNanos, long now) {
        return Math.ceilDiv(now - atNanos, 1_000_000L);
    }
}
