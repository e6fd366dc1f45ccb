package io.concordkv.engine.memory;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.EngineCapabilities;
import io.concordkv.engine.EngineClosedException;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.EngineFullException;
import io.concordkv.engine.EngineStats;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.LastWins;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.ValidationReport;
import io.concordkv.engine.WriteBatch;
import io.concordkv.engine.WriteReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Keeps a sorted map that views share until the next write copies it.
final class MemoryEngine implements StorageEngine {
    private static final long ENTRY_OVERHEAD_BYTES = 96;

    private final EngineContext context;
    private final LastWins lastWins = new LastWins();
    private final List<MapView> open = new ArrayList<>();
    private TreeMap<byte[], byte[]> map = new TreeMap<>(Arrays::compareUnsigned);
    private long appliedIndex;
    private long keyBytes;
    private long valueBytes;
    private long booked;
    private long batches;
    private long operations;
    private long viewsExpired;
    private boolean shared;
    private boolean closed;

    MemoryEngine(EngineContext context) {
        this.context = context;
    }

    @Override
    public EngineCapabilities capabilities() {
        return new EngineCapabilities(true, false);
    }

    @Override
    public synchronized WriteReport write(WriteBatch batch, long index) {
        checkOpen();
        context.limits().check(batch);
        expireOldViews();
        int collapsed = lastWins.mark(batch);
        checkRoom(batch);
        if (shared) {
            map = new TreeMap<>(map);
            shared = false;
        }
        long bytes = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (!lastWins.isVoid(i)) {
                bytes += apply(batch, i);
            }
        }
        appliedIndex = index;
        batches++;
        operations += batch.size() - collapsed;
        return new WriteReport(batch.size() - collapsed, collapsed, bytes);
    }

    private void checkRoom(WriteBatch batch) {
        long needed = 0;
        for (int i = 0; i < batch.size(); i++) {
            if (batch.kind(i) == WriteBatch.Kind.PUT && !lastWins.isVoid(i)) {
                needed += batch.key(i).length + batch.value(i).length + ENTRY_OVERHEAD_BYTES;
            }
        }
        if (needed > 0 && needed > context.memory().free()) {
            throw new EngineFullException(context.name(), needed, context.memory());
        }
    }

    private long apply(WriteBatch batch, int i) {
        byte[] key = batch.key(i);
        switch (batch.kind(i)) {
            case PUT -> {
                byte[] value = batch.value(i);
                remove(key);
                map.put(key.clone(), value.clone());
                book(key.length, value.length, 1);
                return key.length + value.length;
            }
            case DELETE -> {
                remove(key);
                return key.length;
            }
            case DELETE_RANGE -> {
                KeyRange range = batch.range(i);
                List<byte[]> doomed = new ArrayList<>(sub(map, range).keySet());
                doomed.forEach(this::remove);
                return range.start().length;
            }
        }
        throw new AssertionError(batch.kind(i));
    }

    private void remove(byte[] key) {
        byte[] old = map.remove(key);
        if (old != null) {
            book(key.length, old.length, -1);
        }
    }

    private void book(long key, long value, int sign) {
        keyBytes += sign * key;
        valueBytes += sign * value;
        long bytes = sign * (key + value + ENTRY_OVERHEAD_BYTES);
        booked += bytes;
        context.memory().reserve(bytes);
    }

    private void expireOldViews() {
        long oldest = context.clock().nanos() - context.limits().viewAgeMax().toNanos();
        for (MapView view : List.copyOf(open)) {
            if (view.openedAt < oldest) {
                view.expire("it is older than " + context.limits().viewAgeMax());
                open.remove(view);
                viewsExpired++;
            }
        }
    }

    static NavigableMap<byte[], byte[]> sub(NavigableMap<byte[], byte[]> map, KeyRange range) {
        if (range.isEmpty()) {
            return new TreeMap<>(map.comparator());
        }
        return range.end() == null
                ? map.tailMap(range.start(), true)
                : map.subMap(range.start(), true, range.end(), false);
    }

    @Override
    public synchronized byte @Nullable [] get(byte[] key) {
        checkOpen();
        byte[] value = map.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public Cursor cursor(KeyRange range, Direction direction) {
        MapView view = openView();
        return view.cursor(range, direction, true);
    }

    @Override
    public ReadView view() {
        return openView();
    }

    private synchronized MapView openView() {
        checkOpen();
        shared = true;
        MapView view = new MapView(this, map, appliedIndex, context.clock().nanos(), context.name());
        open.add(view);
        return view;
    }

    synchronized void closed(MapView view) {
        open.remove(view);
    }

    @Override
    public long durableIndex() {
        return 0;
    }

    @Override
    public synchronized long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public synchronized long count() {
        return map.size();
    }

    @Override
    public synchronized EngineStats stats() {
        return new EngineStats(
                map.size(), keyBytes, valueBytes, booked, booked, open.size(), 0, viewsExpired, batches, operations, 1);
    }

    @Override
    public void flush() {}

    @Override
    public void compact() {}

    @Override
    public synchronized ValidationReport validate() {
        long keys = 0;
        for (Map.Entry<byte[], byte[]> entry : map.entrySet()) {
            keys += entry.getKey().length;
        }
        List<String> problems = keys == keyBytes ? List.of() : List.of("keys have " + keys + " bytes, not " + keyBytes);
        return new ValidationReport(map.size(), 1, problems);
    }

    @Override
    public synchronized void clear() {
        checkOpen();
        drop("the engine was cleared");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            drop("the engine was closed");
            closed = true;
        }
    }

    private void drop(String reason) {
        open.forEach(view -> view.expire(reason));
        open.clear();
        map = new TreeMap<>(map.comparator());
        shared = false;
        context.memory().release(booked);
        appliedIndex = 0;
        booked = 0;
        keyBytes = 0;
        valueBytes = 0;
    }

    private void checkOpen() {
        if (closed) {
            throw new EngineClosedException(context.name());
        }
    }
}
