package io.concordkv.wal;

import io.concordkv.base.CorruptionException;
import io.concordkv.base.Origin;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// First block of a segment, sealed like every [Block] (sequence 0, place 0 of 1). Written and synced
/// before the file gets its name, so a named segment without it has rotted. The checkpoint of all
/// groups is the frame that begins in the second block. Little-endian, offsets in the payload.
///
/// | offset | bytes | field       | meaning                                                          |
/// |-------:|------:|-------------|------------------------------------------------------------------|
/// |      0 |     8 | magic       | `CKVWALOG`                                                       |
/// |      8 |     4 | version     | 1                                                                |
/// |     12 |     4 | salt        | of all blocks of this use                                        |
/// |     16 |     8 | number      | of the segment                                                   |
/// |     24 |    16 | log id      | high, low                                                        |
/// |     40 |     8 | incarnation | of the process that writes it                                    |
/// |     48 |     8 | durable     | frames of this segment up to here were synced before it was named: those that a
/// start wrote again (L3) |
///
/// @param durable 0 when there are none
record SegmentHeader(long number, LogId logId, long incarnation, int salt, long durable) {
    static final long MAGIC = 0x474f_4c41_5756_4b43L;
    static final int VERSION = 1;

    ByteBuffer encode() {
        ByteBuffer block = ByteBuffer.allocateDirect(Block.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.position(Block.STAMP_BYTES);
        block.putLong(MAGIC).putInt(VERSION).putInt(salt).putLong(number);
        block.putLong(logId.high()).putLong(logId.low()).putLong(incarnation).putLong(durable);
        Block.seal(block, 0, salt, 0, 0, 1, new CRC32C());
        return block.clear();
    }

    /// @param block the first 4096 bytes of the file, position 0
    /// @throws CorruptionException   when it is not the header of a segment
    /// @throws WalIdentityException when its version is another
    static SegmentHeader decode(ByteBuffer block, String file) throws CorruptionException, WalIdentityException {
        Origin origin = new Origin(file, 0);
        int salt = block.limit() < Block.BYTES ? 0 : Block.salt(block, 0);
        if (salt == 0 || Block.state(block, 0, salt, new CRC32C()) != Block.State.CURRENT) {
            throw new CorruptionException(origin, "segment header", "a sealed block", "another checksum");
        }
        ByteBuffer in = block.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(Block.STAMP_BYTES);
        long magic = in.getLong();
        if (magic != MAGIC) {
            throw new CorruptionException(origin, "magic", Long.toHexString(MAGIC), Long.toHexString(magic));
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new WalIdentityException(file + ": format version " + version + " of the write-ahead log; this build"
                    + " reads and writes version " + VERSION + ". Nothing was changed");
        }
        int ownSalt = in.getInt();
        long number = in.getLong();
        LogId logId = new LogId(in.getLong(), in.getLong());
        return new SegmentHeader(number, logId, in.getLong(), ownSalt, in.getLong());
    }
}
