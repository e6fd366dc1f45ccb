package io.concordkv.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Buffers that a file of [Disk#openForBlocks] can hand to the device as they are: outside the heap, of
/// whole blocks, beginning at a multiple of a block. Whoever allocates one owns it; its memory goes with
/// the last reference.
public final class BlockBuffers {
    /// Bytes of a block: what a device writes whole, and what direct I/O wants its places, lengths and
    /// addresses to be multiples of.
    public static final int BLOCK_BYTES = 4096;

    private BlockBuffers() {}

    /// @param bytes a multiple of [#BLOCK_BYTES]
    /// @return zeros, little-endian
    public static ByteBuffer allocate(int bytes) {
        if (bytes < 0 || bytes % BLOCK_BYTES != 0 || bytes > Integer.MAX_VALUE - BLOCK_BYTES) {
            throw new IllegalArgumentException("want a multiple of " + BLOCK_BYTES + " bytes, got " + bytes);
        }
        return ByteBuffer.allocateDirect(bytes + BLOCK_BYTES - 1)
                .alignedSlice(BLOCK_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Whether what is left of the buffer, written to this position, is whole blocks in the right places.
    static boolean isWhole(ByteBuffer buffer, long position) {
        return buffer.isDirect()
                && buffer.remaining() > 0
                && (buffer.remaining() | position) % BLOCK_BYTES == 0
                && buffer.alignmentOffset(buffer.position(), BLOCK_BYTES) == 0;
    }
}
