package io.concordkv.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads what [ByteWriter] wrote, never past its end. Every method throws [DecodeException] when
/// the bytes run out or cannot be right.
public final class ByteReader {
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private int at;

    public ByteReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public int remaining() {
        return end - at;
    }

    public int position() {
        return at;
    }

    public boolean hasMore() {
        return at < end;
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public int i32() {
        need(4);
        int value = (int) INT_LE.get(bytes, at);
        at += 4;
        return value;
    }

    public long i64() {
        need(8);
        long value = (long) LONG_LE.get(bytes, at);
        at += 8;
        return value;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        throw new DecodeException("varint longer than 10 bytes");
    }

    /// A varint that must lie in `0..max`.
    public int length(int max) {
        long value = varint();
        if (value < 0 || value > max) {
            throw new DecodeException("length", "0.." + max, value);
        }
        return (int) value;
    }

    public byte[] raw(int length) {
        need(length);
        byte[] out = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return out;
    }

    public byte[] blob() {
        return raw(length(remaining()));
    }

    public String text() {
        return new String(blob(), StandardCharsets.UTF_8);
    }

    public void skip(int length) {
        need(length);
        at += length;
    }

    /// @throws DecodeException when bytes are left
    public void expectEnd() {
        if (at != end) {
            throw new DecodeException((end - at) + " bytes left over");
        }
    }

    private void need(int count) {
        if (count < 0 || end - at < count) {
            throw new DecodeException("want " + count + " more bytes, " + (end - at) + " left");
        }
    }
}
