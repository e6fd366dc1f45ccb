package io.concordkv.wal;

import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Reads whole blocks of files, one stretch after another, through one buffer: a start reads every frame
/// of the log, and a buffer for each costs more than the reading. One thread.
final class BlockWindow {
    private static final int WINDOW_BLOCKS = 256;

    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BLOCKS * Block.BYTES);
    private @Nullable DiskFile file;
    private int first;
    private int held;

    /// Blocks of the file, valid until the next call: what lies behind its end is zero, what cannot be read is
    /// all ones, which no checksum accepts. A stretch larger than the window gets a buffer of its own.
    ByteBuffer blocks(DiskFile from, int start, int count) {
        if (count > WINDOW_BLOCKS) {
            return read(from, start, count);
        }
        if (from != file || start < first || start + count > first + held) {
            file = from;
            first = start;
            held = WINDOW_BLOCKS;
            fill(from, start, window.clear());
        }
        return window.slice((start - first) * Block.BYTES, count * Block.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The same in a buffer of the caller's own.
    static ByteBuffer read(DiskFile from, int start, int count) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(count * Block.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(from, start, buffer);
        return buffer.clear();
    }

    private static void fill(DiskFile from, int start, ByteBuffer buffer) {
        try {
            from.read(buffer, (long) start * Block.BYTES);
            zeroFrom(buffer.position(), buffer);
        } catch (IOException unreadable) {
            fillOneByOne(from, start, buffer);
        }
    }

    private static void fillOneByOne(DiskFile from, int start, ByteBuffer buffer) {
        for (int i = 0; i < buffer.capacity() / Block.BYTES; i++) {
            ByteBuffer block = buffer.slice(i * Block.BYTES, Block.BYTES);
            try {
                from.read(block, (long) (start + i) * Block.BYTES);
                zeroFrom(block.position(), block);
            } catch (IOException unreadable) {
                for (int at = 0; at < Block.BYTES; at++) {
                    block.put(at, (byte) 0xff);
                }
            }
        }
    }

    private static void zeroFrom(int position, ByteBuffer buffer) {
        for (int at = position; at < buffer.capacity(); at++) {
            buffer.put(at, (byte) 0);
        }
    }
}
