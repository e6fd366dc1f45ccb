package io.concordkv.shard.apply;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.shard.command.StoredValue;
import java.util.Arrays;

/// Keys and values of the rows inside an engine. The first byte of a row's key is its family.
///
/// | family | key after the family byte          | value                                             |
/// |-------:|------------------------------------|---------------------------------------------------|
/// |   0x01 | the client's key                   | latest: see below                                 |
/// |   0x02 | reserved for history               |                                                   |
/// |   0x03 | `m`                                | [ShardMeta]                                       |
/// |   0x03 | `i`, number (8 bytes, big-endian)  | one remembered answer: see [IdempotencyMemory]    |
/// |   0x04 | deadline (8 bytes, big-endian), key| empty: order of expiry                            |
///
/// A latest row: format (1 byte, 1), flags (bit 0: has a deadline), revision (8), create revision (8),
/// version (varint), deadline in milliseconds since 1970 (varint, only with bit 0), the value.
final class Rows {
    static final byte LATEST = 1;
    static final byte META = 3;
    static final byte DEADLINE = 4;
    private static final int FORMAT = 1;
    private static final int HAS_DEADLINE = 1;

    private Rows() {}

    static byte[] latestKey(byte[] key) {
        byte[] row = new byte[key.length + 1];
        row[0] = LATEST;
        System.arraycopy(key, 0, row, 1, key.length);
        return row;
    }

    /// The client's key inside a latest row's key.
    static byte[] keyOf(byte[] latestKey) {
        return Arrays.copyOfRange(latestKey, 1, latestKey.length);
    }

    static byte[] metaKey(char name) {
        return new byte[] {META, (byte) name};
    }

    static byte[] rememberedKey(long number) {
        byte[] row = new byte[10];
        row[0] = META;
        row[1] = 'i';
        putBigEndian(row, 2, number);
        return row;
    }

    static byte[] deadlineKey(long expiresAt, byte[] key) {
        byte[] row = new byte[9 + key.length];
        row[0] = DEADLINE;
        putBigEndian(row, 1, expiresAt);
        System.arraycopy(key, 0, row, 9, key.length);
        return row;
    }

    static long deadlineOf(byte[] deadlineKey) {
        return bigEndian(deadlineKey, 1);
    }

    static byte[] keyOfDeadline(byte[] deadlineKey) {
        return Arrays.copyOfRange(deadlineKey, 9, deadlineKey.length);
    }

    static byte[] latestValue(StoredValue value) {
        ByteWriter out = new ByteWriter(40 + value.value().length);
        boolean hasDeadline = value.expiresAt() != 0;
        out.u8(FORMAT).u8(hasDeadline ? HAS_DEADLINE : 0);
        out.i64(value.revision()).i64(value.createRevision()).varint(value.version());
        if (hasDeadline) {
            out.varint(value.expiresAt());
        }
        return out.raw(value.value()).toByteArray();
    }

    static StoredValue latest(byte[] row) {
        ByteReader in = new ByteReader(row);
        int format = in.u8();
        if (format != FORMAT) {
            throw new DecodeException("latest row format", "1", format);
        }
        int flags = in.u8();
        long revision = in.i64();
        long createRevision = in.i64();
        long version = in.varint();
        long expiresAt = (flags & HAS_DEADLINE) != 0 ? in.varint() : 0;
        return new StoredValue(in.raw(in.remaining()), revision, createRevision, version, expiresAt);
    }

    private static void putBigEndian(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (value >>> (56 - 8 * i));
        }
    }

    static long bigEndian(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }
}
