package io.concordkv.shard.replica;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.Effect;
import io.concordkv.raft.HardState;
import io.concordkv.wal.Absence;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// One group's part of the node's WAL: turns persist effects into records and remembers which WAL
/// sequence stands for which persist id.
public final class GroupLog {
    private record Outstanding(long persistId, long sequence) {}

    private final Wal wal;
    private final ShardId shard;
    private final Deque<Outstanding> outstanding = new ArrayDeque<>(1);

    public GroupLog(Wal wal, ShardId shard) {
        this.wal = wal;
        this.shard = shard;
    }

    /// @return the WAL sequence after which all of it is durable
    public long persist(Effect.Persist persist) {
        List<WalRecord> records = new ArrayList<>(3);
        if (persist.truncateAfter() >= 0) {
            records.add(new WalRecord.TruncateSuffix(shard, persist.truncateAfter()));
        }
        if (!persist.entries().isEmpty()) {
            records.add(new WalRecord.Entries(shard, persist.entries()));
        }
        HardState hard = persist.hardState();
        if (hard != null) {
            records.add(
                    new WalRecord.HardState(shard, hard.term(), hard.votedFor().value(), hard.commit()));
        }
        long sequence = wal.enqueue(records);
        outstanding.addLast(new Outstanding(persist.persistId(), sequence));
        return sequence;
    }

    /// @return the highest persist id that is durable now; 0 when none became so
    public long durable(long sequence) {
        long persistId = 0;
        while (!outstanding.isEmpty() && outstanding.peekFirst().sequence <= sequence) {
            persistId = outstanding.removeFirst().persistId;
        }
        return persistId;
    }

    /// The sequence to wait for before something that needs this persist id may leave; 0 = none.
    long sequenceOf(long persistId) {
        for (Outstanding each : outstanding) {
            if (each.persistId >= persistId) {
                return persistId == 0 ? 0 : each.sequence;
            }
        }
        return 0;
    }

    public long snapshotInstalled(
            String id, LogPosition position, byte[] configuration, long configurationIndex, boolean logReset) {
        return wal.enqueue(List.of(
                new WalRecord.SnapshotInstalled(shard, id, position, configuration, configurationIndex, logReset)));
    }

    long destroyed(ReplicaId lowestAcceptable) {
        return wal.enqueue(List.of(new WalRecord.GroupDestroyed(shard, lowestAcceptable)));
    }

    long damaged(String reason) {
        return wal.enqueue(List.of(new WalRecord.GroupDamaged(shard, reason)));
    }

    /// Blocking: background threads only.
    ///
    /// @return contiguous entries from `from` on, at least one and then up to `bytesMax`; empty when that is not
    ///     held, and [#absence] says why
    public List<LogEntry> read(long from, long to, long bytesMax) throws IOException {
        return wal.read(shard, from, to, bytesMax);
    }

    /// Why [#read] gives nothing from this index on; empty when the log holds the entry.
    public Optional<Absence> absence(long index) {
        return wal.absence(shard, index);
    }

    long bytes() {
        return wal.logBytes(shard);
    }
}
