package io.concordkv.shard.replica;

import io.concordkv.base.NodeId;
import java.util.Map;
import java.util.TreeMap;

/// What all replicas of a node send of snapshots, within the quotas of the node and of each link: so many
/// transfers at a time, so many bytes a second. Nothing waits here: whoever asks is told how long to wait. On the
/// loop.
///
/// Bytes a second are counted by a time up to which they are spent (a leaky bucket): each chunk moves it on, a
/// chunk leaves when it is reached, and what was not used within [#BURST_NANOS] is lost.
public final class SnapshotTraffic {
    private static final long SECOND = 1_000_000_000L;
    private static final long BURST_NANOS = 50_000_000;

    private final SnapshotOptions options;
    private final Map<NodeId, Link> links = new TreeMap<>();
    private int transfers;
    private long spentNanos = Long.MIN_VALUE / 2;
    private long resumed;
    private long resumedBytes;
    private long delayed;

    private static final class Link {
        int transfers;
        long spentNanos = Long.MIN_VALUE / 2;
    }

    public SnapshotTraffic(SnapshotOptions options) {
        this.options = options;
    }

    /// Admits a transfer to a node; false when there are as many as may be.
    boolean begin(NodeId to) {
        Link link = link(to);
        if (transfers >= options.transfersMax() || link.transfers >= options.linkTransfersMax()) {
            return false;
        }
        transfers++;
        link.transfers++;
        return true;
    }

    /// A transfer that was admitted is over.
    void end(NodeId to) {
        transfers--;
        link(to).transfers--;
    }

    /// Books bytes to a node.
    ///
    /// @return after how many nanoseconds they may leave; 0 = now
    long delay(NodeId to, int bytes, long now) {
        Link link = link(to);
        long leaves = Math.max(now, Math.max(spentNanos, link.spentNanos));
        spentNanos = Math.max(spentNanos, now - BURST_NANOS) + bytes * SECOND / options.bytesASecond();
        link.spentNanos = Math.max(link.spentNanos, now - BURST_NANOS) + bytes * SECOND / options.linkBytesASecond();
        if (leaves > now) {
            delayed++;
        }
        return leaves - now;
    }

    private Link link(NodeId to) {
        return links.computeIfAbsent(to, it -> new Link());
    }

    /// A transfer to this node goes on where a broken one ended.
    void resumedAt(long offset) {
        resumed++;
        resumedBytes += offset;
    }

    /// Snapshots this node is sending.
    public int transfers() {
        return transfers;
    }

    /// Transfers to this node that went on where a broken one had ended.
    public long resumed() {
        return resumed;
    }

    /// Bytes that were not sent again because of that.
    public long resumedBytes() {
        return resumedBytes;
    }

    /// Chunks that waited for the quota.
    public long delayed() {
        return delayed;
    }
}
