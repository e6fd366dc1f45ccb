package io.concordkv.wal;

import io.concordkv.disk.BlockBuffers;
import java.nio.ByteBuffer;

/// Frames that follow each other in a file, in one direct buffer, to be written at once. Two take turns: one is
/// filled while the other is on its way to the device.
final class FrameBuffer {
    private static final int BYTES_FIRST = 64 << 10;
    /// A buffer above this is given back after use: one large record must not keep its room for ever.
    private static final int BYTES_KEPT = 2 << 20;

    private ByteBuffer bytes = BlockBuffers.allocate(BYTES_FIRST);
    private int used;
    private int frames;
    private int records;
    private long lastSequence;

    /// Room for one more frame behind the others.
    ///
    /// @return the buffer, positioned where the frame begins; valid until the next call
    ByteBuffer room(int blocks) {
        int wanted = Math.addExact(used, Math.multiplyExact(blocks, Block.BYTES));
        if (wanted > bytes.capacity()) {
            ByteBuffer larger = BlockBuffers.allocate(Math.max(wanted, Math.min(2 * bytes.capacity(), BYTES_KEPT)));
            larger.put(bytes.position(0).limit(used));
            bytes = larger;
        } else if (used == 0 && bytes.capacity() > BYTES_KEPT && wanted <= BYTES_FIRST) {
            bytes = BlockBuffers.allocate(BYTES_FIRST);
        }
        return bytes.clear().position(used);
    }

    /// The frame for which there was [#room] is complete.
    ///
    /// @param recordCount in it; 0 for a checkpoint
    void added(int blocks, int recordCount, long sequence) {
        used += blocks * Block.BYTES;
        frames++;
        records += recordCount;
        lastSequence = sequence;
    }

    /// All frames, from position to limit.
    ByteBuffer written() {
        return bytes.clear().limit(used);
    }

    void clear() {
        used = 0;
        frames = 0;
        records = 0;
    }

    int used() {
        return used;
    }

    int frames() {
        return frames;
    }

    int records() {
        return records;
    }

    long lastSequence() {
        return lastSequence;
    }
}
