package io.concordkv.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Writes one frame's stream into blocks of a direct buffer, leaving room for the stamps. Each byte is
/// copied once. Not thread-safe.
final class BlockWriter {
    private static final byte[] ZEROS = new byte[Block.PAYLOAD_BYTES];

    private final ByteBuffer buffer;
    /// Where the payload of the current block ends.
    private int end;

    /// @param buffer little-endian, position at the start of a block, with room for all of the stream
    BlockWriter(ByteBuffer buffer) {
        this.buffer = buffer;
        openBlock(buffer.position());
    }

    private void openBlock(int at) {
        buffer.position(at + Block.STAMP_BYTES);
        end = at + Block.BYTES;
    }

    void u8(int value) {
        if (buffer.position() == end) {
            openBlock(end);
        }
        buffer.put((byte) value);
    }

    void i32(int value) {
        if (end - buffer.position() >= 4) {
            buffer.putInt(value);
        } else {
            for (int shift = 0; shift < 32; shift += 8) {
                u8(value >>> shift);
            }
        }
    }

    void i64(long value) {
        i32((int) value);
        i32((int) (value >>> 32));
    }

    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            u8((int) (rest | 0x80));
            rest >>>= 7;
        }
        u8((int) rest);
    }

    void raw(byte[] source) {
        int at = 0;
        while (at < source.length) {
            if (buffer.position() == end) {
                openBlock(end);
            }
            int piece = Math.min(source.length - at, end - buffer.position());
            buffer.put(source, at, piece);
            at += piece;
        }
    }

    void zeros(int count) {
        pieces(count, true);
    }

    /// Leaves bytes as they are, to be written later.
    void skip(int count) {
        pieces(count, false);
    }

    private void pieces(int count, boolean zero) {
        int left = count;
        while (left > 0) {
            if (buffer.position() == end) {
                openBlock(end);
            }
            int piece = Math.min(left, end - buffer.position());
            if (zero) {
                buffer.put(ZEROS, 0, piece);
            } else {
                buffer.position(buffer.position() + piece);
            }
            left -= piece;
        }
    }

    /// Checksum of `bytes` of a stream, from stream offset `from`, in the blocks that begin at `firstBlock`.
    static int checksum(ByteBuffer buffer, int firstBlock, int from, int bytes, CRC32C crc) {
        int position = buffer.position();
        int limit = buffer.limit();
        crc.reset();
        int at = from;
        int to = from + bytes;
        while (at < to) {
            int inBlock = at % Block.PAYLOAD_BYTES;
            int piece = Math.min(to - at, Block.PAYLOAD_BYTES - inBlock);
            int start = firstBlock + at / Block.PAYLOAD_BYTES * Block.BYTES + Block.STAMP_BYTES + inBlock;
            buffer.limit(start + piece).position(start);
            crc.update(buffer);
            at += piece;
        }
        buffer.limit(limit).position(position);
        return (int) crc.getValue();
    }

    /// The stream in `blocks` blocks that begin at `firstBlock`, without the stamps.
    static byte[] stream(ByteBuffer buffer, int firstBlock, int blocks) {
        byte[] stream = new byte[blocks * Block.PAYLOAD_BYTES];
        for (int i = 0; i < blocks; i++) {
            buffer.get(
                    firstBlock + i * Block.BYTES + Block.STAMP_BYTES,
                    stream,
                    i * Block.PAYLOAD_BYTES,
                    Block.PAYLOAD_BYTES);
        }
        return stream;
    }
}
