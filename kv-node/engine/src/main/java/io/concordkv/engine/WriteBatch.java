package io.concordkv.engine;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Operations that an engine applies as one atomic step, in the order they were added. Holds the given
/// arrays until [#clear]: they must not change before the batch is written. Can be reused; not
/// thread-safe.
public final class WriteBatch {
    /// What one operation does.
    public enum Kind {
        PUT,
        DELETE,
        DELETE_RANGE
    }

    private static final int CAPACITY_FIRST = 2;

    private Kind[] kinds = new Kind[CAPACITY_FIRST];
    private byte[][] keys = new byte[CAPACITY_FIRST][];
    private byte[] @Nullable [] values = new byte[CAPACITY_FIRST][];
    private int size;
    private int rangeCount;
    private long bytes;

    public WriteBatch put(byte[] key, byte[] value) {
        add(Kind.PUT, key, Objects.requireNonNull(value, "value"));
        return this;
    }

    public WriteBatch delete(byte[] key) {
        add(Kind.DELETE, key, null);
        return this;
    }

    /// Deletes every key of the range that is stored by now or was put earlier in this batch.
    public WriteBatch deleteRange(KeyRange range) {
        add(Kind.DELETE_RANGE, range.start(), range.end());
        rangeCount++;
        return this;
    }

    private void add(Kind kind, byte[] key, byte @Nullable [] value) {
        Objects.requireNonNull(key, "key");
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, size * 2);
            keys = Arrays.copyOf(keys, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        kinds[size] = kind;
        keys[size] = key;
        values[size] = value;
        size++;
        bytes += key.length + (value == null ? 0 : value.length);
    }

    /// Number of operations.
    public int size() {
        return size;
    }

    /// Bytes of all keys, values and range bounds.
    public long bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// Number of range deletes.
    public int rangeCount() {
        return rangeCount;
    }

    public Kind kind(int operation) {
        return kinds[Objects.checkIndex(operation, size)];
    }

    /// The key of a put or delete, the start of a range delete.
    public byte[] key(int operation) {
        return keys[Objects.checkIndex(operation, size)];
    }

    /// The value of a put.
    ///
    /// @throws IllegalArgumentException for any other operation
    public byte[] value(int operation) {
        byte[] value = values[Objects.checkIndex(operation, size)];
        if (kinds[operation] != Kind.PUT || value == null) {
            throw new IllegalArgumentException("operation " + operation + " is a " + kinds[operation] + ", not a PUT");
        }
        return value;
    }

    /// The range of a range delete.
    ///
    /// @throws IllegalArgumentException for any other operation
    public KeyRange range(int operation) {
        byte[] end = values[Objects.checkIndex(operation, size)];
        if (kinds[operation] != Kind.DELETE_RANGE) {
            throw new IllegalArgumentException(
                    "operation " + operation + " is a " + kinds[operation] + ", not a DELETE_RANGE");
        }
        return new KeyRange(keys[operation], end);
    }

    /// Forgets all operations and lets go of their arrays.
    public void clear() {
        Arrays.fill(keys, 0, size, null);
        Arrays.fill(values, 0, size, null);
        size = 0;
        rangeCount = 0;
        bytes = 0;
    }
}
