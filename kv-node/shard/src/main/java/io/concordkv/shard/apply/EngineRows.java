package io.concordkv.shard.apply;

import io.concordkv.engine.Cursor;
import io.concordkv.engine.Direction;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.ReadView;

/// The rows of a read view, which it owns.
final class EngineRows implements RowSource {
    private final ReadView view;
    private final Cursor cursor;

    EngineRows(ReadView view) {
        this.view = view;
        this.cursor = view.cursor(KeyRange.all(), Direction.FORWARD);
    }

    @Override
    public boolean next() {
        return cursor.next();
    }

    @Override
    public byte[] key() {
        return cursor.key();
    }

    @Override
    public byte[] value() {
        return cursor.value();
    }

    @Override
    public void close() {
        cursor.close();
        view.close();
    }
}
