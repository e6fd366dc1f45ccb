package io.concordkv.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// One 4 KiB block of a segment: what the device writes whole. Every block says by itself which use
/// of the segment and which frame it belongs to, so that a torn frame and a rotten one can be told
/// apart (SAFETY L1). Little-endian.
///
/// | offset | bytes | field    | meaning                                                     |
/// |-------:|------:|----------|-------------------------------------------------------------|
/// |      0 |     4 | crc32c   | of the other 4092 bytes of the block                        |
/// |      4 |     4 | salt     | of this use of the segment, never 0                         |
/// |      8 |     8 | sequence | of the frame; 0 in the header block of a segment            |
/// |     16 |     4 | place    | which block of the frame this is, from 0                    |
/// |     20 |     4 | blocks   | blocks of the frame, 1 or more                              |
/// |     24 |  4072 | payload  | piece of the frame's stream of bytes; see [FrameHeader]     |
final class Block {
    static final int BYTES = 4096;
    static final int STAMP_BYTES = 24;
    static final int PAYLOAD_BYTES = BYTES - STAMP_BYTES;

    private static final int SALT_AT = 4;
    private static final int SEQUENCE_AT = 8;
    private static final int PLACE_AT = 16;
    private static final int BLOCKS_AT = 20;

    private Block() {}

    /// What a block is, for one use (salt) of its segment.
    enum State {
        /// Written in this use, checksum right.
        CURRENT,
        /// Never written in this use: zeros, behind the end of the file, or a whole block of an
        /// earlier use.
        STALE,
        /// Anything else: rot, an unreadable place, or a device that tore inside 4 KiB.
        BAD
    }

    /// Stamps the block at `at` and seals it with its checksum. Absolute: moves no position of `buffer`.
    static void seal(ByteBuffer buffer, int at, int salt, long sequence, int place, int blocks, CRC32C crc) {
        buffer.putInt(at + SALT_AT, salt);
        buffer.putLong(at + SEQUENCE_AT, sequence);
        buffer.putInt(at + PLACE_AT, place);
        buffer.putInt(at + BLOCKS_AT, blocks);
        buffer.putInt(at, checksum(buffer, at, crc));
    }

    static State state(ByteBuffer buffer, int at, int salt, CRC32C crc) {
        if (buffer.getInt(at) == checksum(buffer, at, crc)) {
            return salt(buffer, at) == salt ? State.CURRENT : salt(buffer, at) == 0 ? State.BAD : State.STALE;
        }
        return isZero(buffer, at) ? State.STALE : State.BAD;
    }

    static int salt(ByteBuffer buffer, int at) {
        return buffer.getInt(at + SALT_AT);
    }

    static long sequence(ByteBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE_AT);
    }

    static int place(ByteBuffer buffer, int at) {
        return buffer.getInt(at + PLACE_AT);
    }

    static int blocks(ByteBuffer buffer, int at) {
        return buffer.getInt(at + BLOCKS_AT);
    }

    /// Blocks that hold a stream of so many bytes.
    static int count(int streamBytes) {
        return (streamBytes + PAYLOAD_BYTES - 1) / PAYLOAD_BYTES;
    }

    static boolean isZero(ByteBuffer buffer, int at) {
        for (int i = at; i < at + BYTES; i += 8) {
            if (buffer.getLong(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(ByteBuffer buffer, int at, CRC32C crc) {
        int position = buffer.position();
        int limit = buffer.limit();
        crc.reset();
        buffer.limit(at + BYTES).position(at + SALT_AT);
        crc.update(buffer);
        buffer.limit(limit).position(position);
        return (int) crc.getValue();
    }
}
