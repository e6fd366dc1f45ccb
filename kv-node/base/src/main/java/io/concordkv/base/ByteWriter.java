package io.concordkv.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Appends little-endian fields to a growing array. Not thread-safe; reusable through [#clear].
public final class ByteWriter {
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int size;

    public ByteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public ByteWriter() {
        this(128);
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /// The backing array; valid up to [#size] and until the next write.
    public byte[] array() {
        return bytes;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    public ByteWriter u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public ByteWriter i32(int value) {
        room(4);
        INT_LE.set(bytes, size, value);
        size += 4;
        return this;
    }

    public ByteWriter i64(long value) {
        room(8);
        LONG_LE.set(bytes, size, value);
        size += 8;
        return this;
    }

    /// Unsigned LEB128: 7 bits a byte, low bits first; 1 to 10 bytes.
    public ByteWriter varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    public ByteWriter raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    public ByteWriter raw(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return this;
    }

    /// A varint length, then the bytes.
    public ByteWriter blob(byte[] source) {
        return varint(source.length).raw(source);
    }

    /// UTF-8 as [#blob].
    public ByteWriter text(String value) {
        return blob(value.getBytes(StandardCharsets.UTF_8));
    }

    /// Leaves `count` zero bytes to be filled by [#setInt32]; returns where they start.
    public int reserve(int count) {
        room(count);
        Arrays.fill(bytes, size, size + count, (byte) 0);
        int at = size;
        size += count;
        return at;
    }

    public void setInt32(int at, int value) {
        INT_LE.set(bytes, at, value);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
