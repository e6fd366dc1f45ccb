package io.concordkv.shard.host;

import io.concordkv.base.ShardId;
import io.concordkv.shard.replica.Replica;
import io.concordkv.wal.WalRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Lets the oldest segment of the log go (SAFETY S6) by snapshots of the replicas that hold it. Those that
/// write much take one by themselves; this is for those that hardly write and would hold what everybody
/// else wrote since. On the loop.
final class LogRelease {
    /// A start reads a log of so many segments soon enough.
    private static final int SHORT_SEGMENTS = 3;

    private final ShardHost host;
    private final Set<ShardId> givenUp = new TreeSet<>();

    LogRelease(ShardHost host) {
        this.host = host;
    }

    void look() {
        Optional<ShardId> due = host.wal().dueForSnapshot();
        if (due.isPresent()) {
            release(due.get());
        } else {
            shorten();
        }
    }

    /// The log is too large or the volume too full. A replica that is damaged takes no snapshot; its damage is
    /// written into the log, which keeps its entries no longer. Until then the next start may find it whole.
    private void release(ShardId holder) {
        Optional<String> damage = host.damaged().reason(holder);
        if (damage.isEmpty()) {
            host.find(holder).ifPresent(Replica::releaseLog);
        } else if (!givenUp.contains(holder)) {
            host.wal().enqueue(List.of(new WalRecord.GroupDamaged(holder, damage.get())));
            givenUp.add(holder);
        }
    }

    /// Frees a segment when that takes writing less than a segment; else it stays until it is due.
    private void shorten() {
        List<ShardId> holding = host.wal().holdersOfOldestSegment(SHORT_SEGMENTS);
        if (holding.isEmpty() || host.isTakingSnapshot()) {
            return;
        }
        List<Replica> holders = holding.stream()
                .map(host::find)
                .flatMap(Optional::stream)
                .filter(it -> it.damage().isEmpty())
                .toList();
        long bytes = holders.stream().mapToLong(it -> it.machine().bytes()).sum();
        if (bytes <= host.wal().segmentBytesMax()) {
            holders.stream().findFirst().ifPresent(Replica::releaseLog);
        }
    }
}
