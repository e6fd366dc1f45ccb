package io.concordkv.wal;

import io.concordkv.base.Flaw;
import io.concordkv.base.ShardId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.zip.CRC32C;

/// Reads all blocks of all segments, some at a time and again and again, so that rot is found while the other replicas
/// are still whole (SAFETY S10). Blocking: background threads only, one at a time.
///
/// A block is bad when its checksum is not right for this use of its segment. That touches every group with live
/// entries in it, and, in the active segment, every group whose votes, terms or marks its frame holds: those of earlier
/// segments are repeated in the checkpoint that the active one begins with. What is broken behind the end that a start
/// has cut, or in entries that nobody needs, touches no group.
public final class WalScrub {
    private final NavigableMap<Integer, Segment> segments;
    private final LogState state;
    private final IntSupplier active;
    private final CRC32C crc = new CRC32C();
    private int segment;
    private int block;
    private int blockEnd;

    /// What one call of [#next] read.
    ///
    /// @param blocks   read
    /// @param endsPass every block there was has been read since the last time this was true
    public record Slice(int blocks, boolean endsPass, List<Bad> bad) {}

    /// A block that is not what was written.
    ///
    /// @param place  file and offset
    /// @param groups that it touches; may be empty
    public record Bad(String place, List<ShardId> groups) {}

    WalScrub(NavigableMap<Integer, Segment> segments, LogState state, IntSupplier active) {
        this.segments = segments;
        this.state = state;
        this.active = active;
    }

    /// Blocks of all segments now: what a pass reads.
    public long blocks() {
        long blocks = 0;
        for (Segment each : segments.values()) {
            blocks += each.end / Block.BYTES;
        }
        return blocks;
    }

    /// Reads the blocks that follow, of one segment and at most so many.
    public Slice next(int blocksMax) throws IOException {
        while (true) {
            Map.Entry<Integer, Segment> entry = segments.ceilingEntry(segment);
            if (entry == null) {
                segment = 0;
                block = 0;
                return new Slice(0, true, List.of());
            }
            if (entry.getKey() != segment) {
                segment = entry.getKey();
                block = 0;
            }
            if (block == 0) {
                blockEnd = (int) (entry.getValue().end / Block.BYTES); // what is written meanwhile is for the next pass
            }
            int count = Math.min(blocksMax, blockEnd - block);
            if (count > 0 && entry.getValue().acquire()) {
                try {
                    return read(entry.getValue(), count);
                } finally {
                    entry.getValue().release();
                }
            }
            segment++;
            block = 0;
        }
    }

    private Slice read(Segment from, int count) throws IOException {
        List<Bad> bad = new ArrayList<>();
        ByteBuffer blocks = BlockWindow.read(from.file, block, count);
        for (int i = 0; i < count; i++) {
            if (Block.state(blocks, i * Block.BYTES, from.salt, crc) != Block.State.CURRENT
                    && !Flaw.ROTTEN_BLOCK_PASSED_OVER.isOn()) {
                bad.add(bad(from, block + i));
            }
        }
        block += count;
        return new Slice(count, false, bad);
    }

    private Bad bad(Segment from, int number) throws IOException {
        TreeSet<ShardId> groups = new TreeSet<>(state.holding(from.number, number));
        if (from.number == active.getAsInt()) {
            groups.addAll(touched(from, number));
        }
        return new Bad(from.file.path() + " at offset " + (long) number * Block.BYTES, List.copyOf(groups));
    }

    /// Groups of which the broken frame holds more than entries; all of them when nothing tells (SAFETY L6). The
    /// checkpoint repeats what is known from before, so it touches none.
    private List<ShardId> touched(Segment from, int number) throws IOException {
        List<Found.Bad> frames = new ArrayList<>();
        SegmentScan.of(from.number, from.file, new BlockWindow(), from.salt).frames(found -> {
            if (found instanceof Found.Bad frame && frame.offset() / Block.BYTES <= number) {
                frames.add(frame);
            }
        });
        if (number == 0 || frames.isEmpty() || frames.getLast().offset() == Block.BYTES) {
            return List.of();
        }
        FrameHeader header = frames.getLast().header();
        if (header == null) {
            return List.copyOf(state.sorted().keySet());
        }
        return header.touched().stream()
                .filter(it -> it.state() != 0)
                .map(FrameHeader.Touched::group)
                .toList();
    }
}
