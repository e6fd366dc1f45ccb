package io.concordkv.shard.apply;

import io.concordkv.shard.command.Condition;
import io.concordkv.shard.command.Operation;
import io.concordkv.shard.command.OperationResult;
import io.concordkv.shard.command.StoredValue;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Single-key operations on the rows of a slice. Keys whose deadline is at or below the expiry mark
/// are absent (SAFETY S3); no clock is asked.
final class KeyTable {
    private final ApplySlice slice;

    KeyTable(ApplySlice slice) {
        this.slice = slice;
    }

    OperationResult execute(Operation operation, ShardMeta meta, Change change) {
        return switch (operation) {
            case Operation.Put put -> put(put, meta, change);
            case Operation.Delete(var key) -> {
                long revision = delete(key, meta, change);
                yield new OperationResult.Deleted(revision != 0, revision);
            }
            case Operation.Get(var key) -> {
                StoredValue found = find(key, meta.expiredUpTo);
                yield found == null ? new OperationResult.Absent() : new OperationResult.Found(found);
            }
        };
    }

    private OperationResult put(Operation.Put put, ShardMeta meta, Change change) {
        byte[] rowKey = Rows.latestKey(put.key());
        byte[] oldRow = slice.get(rowKey);
        StoredValue old = oldRow == null ? null : Rows.latest(oldRow);
        dropDeadline(put.key(), old);
        StoredValue visible = old == null || isExpired(old, meta.expiredUpTo) ? null : old;
        long revision = change.revision();
        long expiresAt = put.ttlMillis() == 0 ? 0 : meta.shardTime + put.ttlMillis();
        StoredValue stored = new StoredValue(
                put.value(),
                revision,
                visible == null ? revision : visible.createRevision(),
                visible == null ? 1 : visible.version() + 1,
                expiresAt);
        slice.put(rowKey, Rows.latestValue(stored));
        if (expiresAt != 0) {
            slice.put(Rows.deadlineKey(expiresAt, put.key()), new byte[0]);
        }
        return new OperationResult.Stored(revision, visible == null);
    }

    /// @return the revision of the deletion, 0 when the key was absent
    long delete(byte[] key, ShardMeta meta, Change change) {
        byte[] rowKey = Rows.latestKey(key);
        byte[] row = slice.get(rowKey);
        if (row == null) {
            return 0;
        }
        StoredValue old = Rows.latest(row);
        if (isExpired(old, meta.expiredUpTo)) {
            return 0;
        }
        dropDeadline(key, old);
        slice.delete(rowKey);
        return change.revision();
    }

    private void dropDeadline(byte[] key, @Nullable StoredValue old) {
        if (old != null && old.expiresAt() != 0) {
            slice.delete(Rows.deadlineKey(old.expiresAt(), key));
        }
    }

    @Nullable
    StoredValue find(byte[] key, long expiredUpTo) {
        byte[] row = slice.get(Rows.latestKey(key));
        if (row == null) {
            return null;
        }
        StoredValue value = Rows.latest(row);
        return isExpired(value, expiredUpTo) ? null : value;
    }

    long revisionOf(byte[] key, long expiredUpTo) {
        StoredValue found = find(key, expiredUpTo);
        return found == null ? 0 : found.revision();
    }

    boolean holds(Condition condition, long expiredUpTo) {
        StoredValue found = find(condition.key(), expiredUpTo);
        return switch (condition) {
            case Condition.Exists(var key, var exists) -> exists == (found != null);
            case Condition.RevisionIs(var key, var revision) -> found != null && found.revision() == revision;
            case Condition.ValueIs(var key, var value) -> found != null && Arrays.equals(found.value(), value);
        };
    }

    /// At most how many bytes the results of these operations can take: what gets read now or is put
    /// on the way, whichever is larger.
    long resultBytesMax(List<Operation> operations, long expiredUpTo) {
        long bytes = 0;
        for (Operation operation : operations) {
            bytes += 32;
            if (operation instanceof Operation.Get(var key)) {
                StoredValue found = find(key, expiredUpTo);
                long largest = found == null ? 0 : found.value().length;
                for (Operation other : operations) {
                    if (other instanceof Operation.Put put && Arrays.equals(put.key(), key)) {
                        largest = Math.max(largest, put.value().length);
                    }
                }
                bytes += largest;
            }
        }
        return bytes;
    }

    static boolean isExpired(StoredValue value, long expiredUpTo) {
        return value.expiresAt() != 0 && value.expiresAt() <= expiredUpTo;
    }
}
