package io.concordkv.base;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The checksum of everything on disk and on peer connections (Castagnoli polynomial).
public final class Crc32c {
    private Crc32c() {}

    public static int of(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    public static int of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /// Of the bytes between position and limit; the buffer's position is left where it was.
    public static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
