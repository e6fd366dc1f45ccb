package io.concordkv.shard.host;

import io.concordkv.base.ShardId;
import io.concordkv.shard.replica.Replica;
import io.concordkv.wal.WalRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Lets the oldest segment of the log go when the log is too large or the volume too full (SAFETY S6): the
/// replica that holds it takes a snapshot. One that is damaged takes none; its damage is written into the
/// log, which keeps its entries no longer. Until then the next start may find it whole. On the loop.
final class LogRelease {
    private final ShardHost host;
    private final Set<ShardId> givenUp = new TreeSet<>();

    LogRelease(ShardHost host) {
        this.host = host;
    }

    void look() {
        host.wal().dueForSnapshot().ifPresent(this::release);
    }

    private void release(ShardId holder) {
        Optional<String> damage = host.damaged().reason(holder);
        if (damage.isEmpty()) {
            host.find(holder).ifPresent(Replica::releaseLog);
        } else if (!givenUp.contains(holder)) {
            host.wal().enqueue(List.of(new WalRecord.GroupDamaged(holder, damage.get())));
            givenUp.add(holder);
        }
    }
}
