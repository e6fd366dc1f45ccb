package io.concordkv.bench.log;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Groups that append entries of 256 bytes in turn, one a record, one record a call.
final class Groups {
    static final int VALUE_BYTES = 256;
    private static final byte[] CONFIGURATION = new byte[64];

    private final List<ShardId> ids = new ArrayList<>();
    private final long[] last;
    private final byte[] value = new byte[VALUE_BYTES];
    private int turn;

    Groups(int count) {
        for (int i = 1; i <= count; i++) {
            ids.add(new ShardId(i));
        }
        last = new long[count];
        new SplittableRandom(1).nextBytes(value);
    }

    /// @return the sequence that makes it durable
    long create(Wal wal) {
        List<WalRecord> records = new ArrayList<>();
        for (ShardId id : ids) {
            records.add(new WalRecord.GroupCreated(id, new ReplicaId(id.value()), CONFIGURATION));
        }
        return wal.enqueue(records);
    }

    /// The next entry of the group whose turn it is.
    WalRecord next() {
        int group = turn;
        turn = turn + 1 == last.length ? 0 : turn + 1;
        return new WalRecord.Entries(ids.get(group), List.of(new LogEntry(1, ++last[group], EntryKind.COMMAND, value)));
    }

    /// As if a snapshot of everything so far was durable.
    long compactAll(Wal wal) {
        List<WalRecord> records = new ArrayList<>();
        for (int i = 0; i < last.length; i++) {
            if (last[i] > 0) {
                records.add(compaction(i));
            }
        }
        return wal.enqueue(records);
    }

    WalRecord compaction(ShardId id) {
        return compaction((int) id.value() - 1);
    }

    private WalRecord compaction(int group) {
        return new WalRecord.CompactPrefix(ids.get(group), new LogPosition(1, last[group]), CONFIGURATION, 0);
    }
}
