package io.concordkv.shard.apply;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.StorageEngine;
import io.concordkv.shard.command.StoredValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads of one shard as of one moment between two slices. Expired keys are absent.
public final class KvReader {
    private final StorageEngine engine;
    private final long expiredUpTo;

    KvReader(StorageEngine engine, long expiredUpTo) {
        this.engine = engine;
        this.expiredUpTo = expiredUpTo;
    }

    /// One key and its value.
    public record Item(byte[] key, StoredValue value) {}

    /// @param more true when the range goes on behind the last item
    public record Page(List<Item> items, boolean more) {}

    /// @param count keys found
    /// @param next  first key not looked at; empty when the range is done
    public record Count(long count, Optional<byte[]> next) {}

    public @Nullable StoredValue get(byte[] key) {
        byte[] row = engine.get(Rows.latestKey(key));
        if (row == null) {
            return null;
        }
        StoredValue value = Rows.latest(row);
        return KeyTable.isExpired(value, expiredUpTo) ? null : value;
    }

    /// Values of the first keys, in order: as many as come to `bytesMax`, and one at least.
    public List<Optional<StoredValue>> getMany(List<byte[]> keys, long bytesMax) {
        List<Optional<StoredValue>> values = new ArrayList<>(keys.size());
        long bytes = 0;
        for (byte[] key : keys) {
            StoredValue value = get(key);
            bytes += value == null ? 0 : value.value().length;
            if (bytes > bytesMax && !values.isEmpty()) {
                break;
            }
            values.add(Optional.ofNullable(value));
        }
        return values;
    }

    /// @param start    inclusive
    /// @param end      exclusive, null = to the last key
    /// @param limit    items at most
    /// @param bytesMax stops before the item that passes it, but not before the first
    public Page page(byte[] start, byte @Nullable [] end, boolean reverse, int limit, long bytesMax) {
        List<Item> items = new ArrayList<>();
        long bytes = 0;
        KeyRange range = rows(start, end);
        if (isEmpty(range)) {
            return new Page(items, false);
        }
        try (Cursor cursor = engine.cursor(range, reverse ? Direction.BACKWARD : Direction.FORWARD)) {
            while (cursor.next()) {
                StoredValue value = Rows.latest(cursor.value());
                if (KeyTable.isExpired(value, expiredUpTo)) {
                    continue;
                }
                byte[] key = Rows.keyOf(cursor.key());
                bytes += key.length + value.value().length;
                if (items.size() >= limit || bytes > bytesMax && !items.isEmpty()) {
                    return new Page(items, true);
                }
                items.add(new Item(key, value));
            }
        }
        return new Page(items, false);
    }

    /// Counts at most `examinedMax` keys from `start` on.
    public Count count(byte[] start, byte @Nullable [] end, int examinedMax) {
        long count = 0;
        int examined = 0;
        KeyRange range = rows(start, end);
        if (isEmpty(range)) {
            return new Count(0, Optional.empty());
        }
        try (Cursor cursor = engine.cursor(range, Direction.FORWARD)) {
            while (cursor.next()) {
                if (examined++ >= examinedMax) {
                    return new Count(count, Optional.of(Rows.keyOf(cursor.key())));
                }
                if (!KeyTable.isExpired(Rows.latest(cursor.value()), expiredUpTo)) {
                    count++;
                }
            }
        }
        return new Count(count, Optional.empty());
    }

    private static KeyRange rows(byte[] start, byte @Nullable [] end) {
        return new KeyRange(Rows.latestKey(start), end == null ? new byte[] {Rows.LATEST + 1} : Rows.latestKey(end));
    }

    private static boolean isEmpty(KeyRange range) {
        byte[] end = range.end();
        return end != null && Arrays.compareUnsigned(range.start(), end) >= 0;
    }
}
