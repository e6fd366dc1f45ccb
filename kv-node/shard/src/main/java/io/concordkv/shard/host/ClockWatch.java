package io.concordkv.shard.host;

import io.concordkv.base.Clock;
import io.concordkv.base.NodeId;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// The wall clocks of the nodes, as their frames tell them (SAFETY S2). An offset is a peer's clock
/// minus ours when its frame came; it forgets peers not heard for a while.
public final class ClockWatch {
    /// How far a leader's clock may be ahead of the median.
    public static final long SKEW_MILLIS_MAX = 500;

    private static final long FORGET_NANOS = 3_000_000_000L;

    private record Heard(long offsetMillis, long atNanos) {}

    private final Clock clock;
    private final Map<NodeId, Heard> peers = new TreeMap<>();

    ClockWatch(Clock clock) {
        this.clock = clock;
    }

    void heard(NodeId node, long wallMillis) {
        peers.put(node, new Heard(wallMillis - clock.wallMillis(), clock.nanos()));
    }

    /// Median clock of the reachable nodes minus ours; of an even number the lower middle one.
    public long medianOffsetMillis() {
        long now = clock.nanos();
        peers.values().removeIf(it -> now - it.atNanos > FORGET_NANOS);
        long[] offsets = new long[peers.size() + 1];
        int at = 1;
        for (Heard each : peers.values()) {
            offsets[at++] = each.offsetMillis;
        }
        Arrays.sort(offsets);
        return offsets[(offsets.length - 1) / 2];
    }

    /// Our clock, at most 500 ms ahead of the median: what commands carry.
    public long clampedMillis() {
        long wall = clock.wallMillis();
        return Math.min(wall, wall + medianOffsetMillis() + SKEW_MILLIS_MAX);
    }

    /// True when this node's clock is too far from the others' to lead a sharded keyspace.
    public boolean isSkewed() {
        return Math.abs(medianOffsetMillis()) > SKEW_MILLIS_MAX;
    }
}
