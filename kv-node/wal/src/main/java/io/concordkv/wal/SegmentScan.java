package io.concordkv.wal;

import io.concordkv.base.Crc32c;
import io.concordkv.base.DecodeException;
import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads one segment: first the state of every block, then the frames, going on at each later block
/// behind a broken one (SAFETY L1).
final class SegmentScan {
    private static final int STRETCH_BLOCKS = 256;

    private final int number;
    private final DiskFile file;
    private final BlockWindow window;
    private final int salt;
    private final int blocks;
    private final Block.State[] states;
    private final long[] sequences;
    private final int[] places;
    private final int[] counts;
    private boolean sawBad;

    private SegmentScan(int number, DiskFile file, BlockWindow window, int salt, int blocks) {
        this.number = number;
        this.file = file;
        this.window = window;
        this.salt = salt;
        this.blocks = blocks;
        this.states = new Block.State[blocks];
        this.sequences = new long[blocks];
        this.places = new int[blocks];
        this.counts = new int[blocks];
    }

    /// @param window the scan's until it ends
    static SegmentScan of(int number, DiskFile file, BlockWindow window, int salt) throws IOException {
        int blocks = (int) ((file.size() + Block.BYTES - 1) / Block.BYTES);
        SegmentScan scan = new SegmentScan(number, file, window, salt, blocks);
        scan.readStates();
        return scan;
    }

    /// The frame that begins in this block, without a look at the rest of the segment; null when it is not whole.
    static Found.@Nullable Good frameAt(int number, DiskFile file, int salt, int block) throws IOException {
        ByteBuffer stamp = BlockWindow.read(file, block, 1);
        CRC32C crc = new CRC32C();
        if (Block.state(stamp, 0, salt, crc) != Block.State.CURRENT || Block.place(stamp, 0) != 0) {
            return null;
        }
        int count = Block.blocks(stamp, 0);
        long sequence = Block.sequence(stamp, 0);
        if (count < 1 || count > file.size() / Block.BYTES - block) {
            return null;
        }
        ByteBuffer frame = BlockWindow.read(file, block, count);
        for (int i = 0; i < count; i++) {
            int at = i * Block.BYTES;
            if (Block.state(frame, at, salt, crc) != Block.State.CURRENT
                    || Block.sequence(frame, at) != sequence
                    || Block.place(frame, at) != i
                    || Block.blocks(frame, at) != count) {
                return null;
            }
        }
        return decode(number, block, count, sequence, frame);
    }

    /// The frame that begins in this block, as the states of its blocks say; null when it is not whole.
    private Found.@Nullable Good frame(int start) {
        int count = counts[start];
        if (places[start] != 0 || count < 1 || count > blocks - start) {
            return null;
        }
        for (int i = start; i < start + count; i++) {
            if (states[i] != Block.State.CURRENT
                    || sequences[i] != sequences[start]
                    || places[i] != i - start
                    || counts[i] != count) {
                return null;
            }
        }
        return decode(number, start, count, sequences[start], window.blocks(file, start, count));
    }

    private static Found.@Nullable Good decode(int number, int block, int count, long sequence, ByteBuffer frame) {
        byte[] stream = BlockWriter.stream(frame, 0, count);
        try {
            FrameHeader header = FrameHeader.decode(stream, 0);
            int bodyAt = FrameHeader.bytes(header.touched());
            if (header.sequence() != sequence
                    || header.bodyBytes() < 0
                    || header.bodyBytes() > stream.length - bodyAt
                    || Crc32c.of(stream, bodyAt, header.bodyBytes()) != header.bodyCrc()) {
                return null;
            }
            return new Found.Good(number, (long) block * Block.BYTES, count, header, stream);
        } catch (DecodeException e) {
            return null;
        }
    }

    /// Highest sequence of any block of this use; 0 when there is none.
    long sequenceMax() {
        long max = 0;
        for (int i = 1; i < blocks; i++) {
            if (states[i] == Block.State.CURRENT) {
                max = Math.max(max, sequences[i]);
            }
        }
        return max;
    }

    /// Whether nothing was ever written behind the header in this use.
    boolean isEmpty() {
        for (int i = 1; i < blocks; i++) {
            if (states[i] != Block.State.STALE) {
                return false;
            }
        }
        return true;
    }

    /// Bytes up to the last block that is not known to be without meaning: behind them lies only room.
    long usedBytes() {
        int used = blocks;
        while (used > 1 && states[used - 1] == Block.State.STALE) {
            used--;
        }
        return (long) used * Block.BYTES;
    }

    /// Whether any frame was broken; known after [#frames].
    boolean sawBad() {
        return sawBad;
    }

    /// Finds frames from the second block on.
    void frames(Consumer<Found> found) throws IOException {
        int at = 1;
        while (at < blocks) {
            int start = startOfNext(at);
            if (start < 0) {
                return;
            }
            if (states[start] == Block.State.CURRENT) {
                Found.Good good = frame(start);
                if (good != null) {
                    found.accept(good);
                    at = start + good.blocks();
                    continue;
                }
            }
            at = bad(start, found);
        }
    }

    /// First block at or behind `at` that belongs to a frame or is broken; −1 when only stale ones follow.
    private int startOfNext(int at) {
        for (int i = at; i < blocks; i++) {
            if (states[i] == Block.State.CURRENT) {
                return Math.max(at, i - places[i]);
            }
            if (states[i] == Block.State.BAD) {
                // A later block of the same frame may know where it began.
                int next = i + 1;
                while (next < blocks && states[next] != Block.State.CURRENT) {
                    next++;
                }
                int start = next < blocks ? next - places[next] : i;
                return start <= i ? Math.max(at, start) : i;
            }
        }
        return -1;
    }

    /// Reports the broken frame that begins at `start` and returns the block to go on with.
    private int bad(int start, Consumer<Found> found) throws IOException {
        sawBad = true;
        int member = start;
        while (member < blocks && states[member] != Block.State.CURRENT) {
            member++;
        }
        // Any whole block tells how far the frame goes; without one, either copy of its header does.
        boolean known = member < blocks && member - places[member] == start;
        int end = known ? start + counts[member] : start + 1;
        FrameHeader header = header(start, Math.min(end, blocks));
        long sequence = known ? sequences[member] : header != null ? header.sequence() : -1;
        if (!known && header != null) {
            end = start + header.blocks();
        }
        boolean stale = end > blocks;
        int broken = -1;
        int next = start;
        for (int i = start; i < Math.min(end, blocks); i++) {
            boolean current = states[i] == Block.State.CURRENT;
            boolean ours = current && sequences[i] == sequence && places[i] == i - start;
            if (current && !ours && i > start) {
                break;
            }
            stale |= states[i] == Block.State.STALE;
            if (broken < 0 && states[i] == Block.State.BAD) {
                broken = i;
            }
            next = i + 1;
        }
        String what = "frame " + (sequence < 0 ? "of unknown sequence" : Long.toString(sequence))
                + (known || header != null ? " of " + (end - start) + " blocks, " : ", ")
                + (stale
                        ? "not all of it written"
                        : broken < 0
                                ? "whose checksum is wrong"
                                : "with a broken block at offset " + (long) broken * Block.BYTES);
        found.accept(new Found.Bad(number, file.path(), (long) start * Block.BYTES, stale, sequence, header, what));
        return next;
    }

    private @Nullable FrameHeader header(int start, int end) throws IOException {
        byte[] stream = BlockWriter.stream(window.blocks(file, start, end - start), 0, end - start);
        try {
            return FrameHeader.decode(stream, 0);
        } catch (DecodeException first) {
            try {
                return FrameHeader.decodeCopy(stream);
            } catch (DecodeException second) {
                return null;
            }
        }
    }

    private void readStates() throws IOException {
        CRC32C crc = new CRC32C();
        for (int from = 0; from < blocks; from += STRETCH_BLOCKS) {
            int count = Math.min(STRETCH_BLOCKS, blocks - from);
            ByteBuffer chunk = window.blocks(file, from, count);
            for (int i = 0; i < count; i++) {
                int at = i * Block.BYTES;
                Block.State state = Block.state(chunk, at, salt, crc);
                states[from + i] = state;
                if (state == Block.State.CURRENT) {
                    sequences[from + i] = Block.sequence(chunk, at);
                    places[from + i] = Block.place(chunk, at);
                    counts[from + i] = Block.blocks(chunk, at);
                }
            }
        }
    }
}
