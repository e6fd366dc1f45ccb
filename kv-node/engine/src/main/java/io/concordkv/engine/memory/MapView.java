package io.concordkv.engine.memory;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.ReadView;
import io.concordkv.engine.ViewExpiredException;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// A view over a map that nobody changes any more.
final class MapView implements ReadView {
    private final MemoryEngine engine;
    private final NavigableMap<byte[], byte[]> map;
    private final long appliedIndex;
    private final String name;
    final long openedAt;
    private volatile @Nullable String expired;

    MapView(MemoryEngine engine, NavigableMap<byte[], byte[]> map, long appliedIndex, long openedAt, String name) {
        this.engine = engine;
        this.map = map;
        this.appliedIndex = appliedIndex;
        this.openedAt = openedAt;
        this.name = name;
    }

    void expire(String reason) {
        expired = reason;
    }

    private void check() {
        String reason = expired;
        if (reason != null) {
            throw new ViewExpiredException(name, reason);
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        check();
        byte[] value = map.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public Cursor cursor(KeyRange range, Direction direction) {
        return cursor(range, direction, false);
    }

    Cursor cursor(KeyRange range, Direction direction, boolean ownsView) {
        check();
        NavigableMap<byte[], byte[]> part = MemoryEngine.sub(map, range);
        NavigableMap<byte[], byte[]> walked = direction == Direction.FORWARD ? part : part.descendingMap();
        return new MapCursor(walked.entrySet().iterator(), ownsView);
    }

    @Override
    public long count(KeyRange range) {
        check();
        return MemoryEngine.sub(map, range).size();
    }

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public void close() {
        if (expired == null) {
            expired = "it was closed";
            engine.closed(this);
        }
    }

    private final class MapCursor implements Cursor {
        private final Iterator<Map.Entry<byte[], byte[]>> entries;
        private final boolean ownsView;
        private Map.@Nullable Entry<byte[], byte[]> current;

        MapCursor(Iterator<Map.Entry<byte[], byte[]>> entries, boolean ownsView) {
            this.entries = entries;
            this.ownsView = ownsView;
        }

        @Override
        public boolean next() {
            check();
            current = entries.hasNext() ? entries.next() : null;
            return current != null;
        }

        @Override
        public byte[] key() {
            return current().getKey().clone();
        }

        @Override
        public byte[] value() {
            return current().getValue().clone();
        }

        private Map.Entry<byte[], byte[]> current() {
            Map.Entry<byte[], byte[]> entry = current;
            if (entry == null) {
                throw new IllegalStateException("the cursor stands on no entry");
            }
            return entry;
        }

        @Override
        public void close() {
            if (ownsView) {
                MapView.this.close();
            }
        }
    }
}
