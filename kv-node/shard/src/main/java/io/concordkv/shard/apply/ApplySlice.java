package io.concordkv.shard.apply;

import io.concordkv.base.Bytes;
import io.concordkv.engine.KeyRange;
import io.concordkv.engine.StorageEngine;
import io.concordkv.engine.WriteBatch;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the entries of one slice changed so far: later commands of the slice read through it, and the
/// engine gets it in one write.
final class ApplySlice {
    private static final int OPERATIONS_MAX = 8_000;
    private static final long BYTES_MAX = 4 << 20;
    private static final byte[] GONE = new byte[0];

    private final StorageEngine engine;
    private final Map<Bytes, byte[]> changed = new HashMap<>();
    private final WriteBatch batch = new WriteBatch();

    ApplySlice(StorageEngine engine) {
        this.engine = engine;
    }

    byte @Nullable [] get(byte[] rowKey) {
        if (!changed.isEmpty()) {
            byte[] row = changed.get(Bytes.wrap(rowKey));
            if (row != null) {
                return row == GONE ? null : row;
            }
        }
        return engine.get(rowKey);
    }

    void put(byte[] rowKey, byte[] row) {
        changed.put(Bytes.wrap(rowKey), row);
        batch.put(rowKey, row);
    }

    void delete(byte[] rowKey) {
        changed.put(Bytes.wrap(rowKey), GONE);
        batch.delete(rowKey);
    }

    /// True when the slice should end before more is applied.
    boolean isLarge() {
        return batch.size() >= OPERATIONS_MAX || batch.bytes() >= BYTES_MAX;
    }

    /// Hands everything to the engine with the state row, so that both are there or neither.
    void write(ShardMeta meta) {
        batch.put(Rows.metaKey('m'), meta.encode());
        engine.write(batch, meta.applied.index());
        batch.clear();
        changed.clear();
    }

    static KeyRange family(byte family) {
        return KeyRange.prefix(new byte[] {family});
    }
}
