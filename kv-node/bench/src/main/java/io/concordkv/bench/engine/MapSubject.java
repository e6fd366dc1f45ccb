package io.concordkv.bench.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// A sorted map of the JDK over byte arrays, which it clones as it must.
final class MapSubject implements Subject {
    private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;

    private final NavigableMap<byte[], byte[]> map;

    MapSubject(boolean concurrent) {
        map = concurrent ? new ConcurrentSkipListMap<>(ORDER) : new TreeMap<>(ORDER);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        map.put(key.clone(), value.clone());
    }

    @Override
    public void putAll(byte[][] keys, byte[] value) {
        for (byte[] key : keys) {
            put(key, value);
        }
    }

    @Override
    public int get(byte[] key) {
        byte[] value = map.get(key);
        return value == null ? -1 : value.clone().length;
    }

    @Override
    public void delete(byte[] key) {
        map.remove(key);
    }

    @Override
    public long scan(byte[] from, int limit) {
        long sum = 0;
        int left = limit;
        for (Map.Entry<byte[], byte[]> entry : map.tailMap(from, true).entrySet()) {
            if (left-- == 0) {
                break;
            }
            sum += entry.getKey().clone().length + entry.getValue().clone().length;
        }
        return sum;
    }

    @Override
    public long bytesHeld() {
        return -1;
    }

    @Override
    public void close() {
        map.clear();
    }
}
