package io.concordkv.bench.engine;

import io.concordkv.base.Clock;
import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.Engines;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.MemoryBudget;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.WriteBatch;

/// An engine of this project.
final class EngineSubject implements Subject {
    private static final Clock CLOCK = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    private final StorageEngine engine;
    private final WriteBatch batch = new WriteBatch();
    private long index;

    EngineSubject(String name) {
        engine = Engines.byName(name).open(EngineContext.of("bench", MemoryBudget.unbounded(), CLOCK));
    }

    @Override
    public void put(byte[] key, byte[] value) {
        batch.put(key, value);
        write();
    }

    @Override
    public void putAll(byte[][] keys, byte[] value) {
        for (byte[] key : keys) {
            batch.put(key, value);
        }
        write();
    }

    @Override
    public void delete(byte[] key) {
        batch.delete(key);
        write();
    }

    private void write() {
        engine.write(batch, ++index);
        batch.clear();
    }

    @Override
    public int get(byte[] key) {
        byte[] value = engine.get(key);
        return value == null ? -1 : value.length;
    }

    @Override
    public long scan(byte[] from, int limit) {
        long sum = 0;
        try (Cursor cursor = engine.cursor(new KeyRange(from, null), Direction.FORWARD)) {
            for (int i = 0; i < limit && cursor.next(); i++) {
                sum += cursor.key().length + cursor.value().length;
            }
        }
        return sum;
    }

    @Override
    public long bytesHeld() {
        return engine.stats().memoryUsed();
    }

    @Override
    public void close() {
        engine.close();
    }
}
