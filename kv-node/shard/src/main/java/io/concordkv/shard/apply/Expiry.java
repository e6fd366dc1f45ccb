package io.concordkv.shard.apply;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.StorageEngine;
import io.concordkv.shard.command.StoredValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Expiry by the log (SAFETY S3): a mark moves in O(1), and a bounded number of rows that the mark
/// hides are removed with it, the same ones on every replica.
final class Expiry {
    static final int SWEPT_MAX = 1_000;

    private final StorageEngine engine;
    private final ApplySlice slice;

    Expiry(StorageEngine engine, ApplySlice slice) {
        this.engine = engine;
        this.slice = slice;
    }

    Optional<Long> earliest() {
        try (Cursor cursor = engine.cursor(ApplySlice.family(Rows.DEADLINE), Direction.FORWARD)) {
            return cursor.next() ? Optional.of(Rows.deadlineOf(cursor.key())) : Optional.empty();
        }
    }

    void expireUpTo(long until, ShardMeta meta, Change change) {
        slice.write(meta);
        long before = meta.expiredUpTo;
        meta.expiredUpTo = Math.max(before, until);
        List<byte[]> due = new ArrayList<>();
        boolean hidesMore = false;
        try (Cursor cursor = engine.cursor(ApplySlice.family(Rows.DEADLINE), Direction.FORWARD)) {
            while (cursor.next() && due.size() < SWEPT_MAX) {
                long deadline = Rows.deadlineOf(cursor.key());
                if (deadline > meta.expiredUpTo) {
                    break;
                }
                hidesMore |= deadline > before;
                due.add(cursor.key());
            }
        }
        if (hidesMore) {
            change.revision();
        }
        for (byte[] rowKey : due) {
            sweep(rowKey);
        }
    }

    private void sweep(byte[] deadlineRow) {
        byte[] latestKey = Rows.latestKey(Rows.keyOfDeadline(deadlineRow));
        byte[] latest = slice.get(latestKey);
        if (latest != null) {
            StoredValue value = Rows.latest(latest);
            if (value.expiresAt() == Rows.deadlineOf(deadlineRow)) {
                slice.delete(latestKey);
            }
        }
        slice.delete(deadlineRow);
    }
}
