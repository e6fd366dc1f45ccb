package io.concordkv.wal;

import io.concordkv.base.Invariant;
import io.concordkv.wal.FrameHeader.Touched;
import io.concordkv.wal.WalQueue.Item;
import io.concordkv.wal.WalRecord.Entries;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Encodes frames and tells [LogState] what they hold. One thread at a time.
final class FrameBuilder {
    private final LogState state;
    private final CRC32C crc = new CRC32C();
    private final TouchedGroups touchedGroups = new TouchedGroups();

    FrameBuilder(LogState state) {
        this.state = state;
    }

    /// What stamps and header of a frame say beside its records.
    ///
    /// @param number of the segment
    /// @param offset of the frame in the file
    record Place(int number, int salt, long offset, long sequence, long previous, long durable) {}

    /// The items of one frame and what follows from them.
    ///
    /// @param touched   what they do to their groups, each group once
    /// @param bodyBytes of all items
    record Batch(List<Item> items, List<Touched> touched, int bodyBytes) {
        int headerBytes() {
            return FrameHeader.bytes(touched);
        }

        int blocks() {
            return Block.count(FrameHeader.streamBytes(headerBytes(), bodyBytes));
        }
    }

    Batch batch(List<Item> items) {
        return batch(items, bodyBytes(items));
    }

    Batch batch(List<Item> items, int bodyBytes) {
        return new Batch(items, touchedGroups.of(items), bodyBytes);
    }

    private static int bodyBytes(List<Item> items) {
        int bytes = 0;
        for (Item item : items) {
            bytes += item.bytes();
        }
        return bytes;
    }

    /// Adds the frame to `frames`.
    ///
    /// @param repair records come from recovery: what does not fit damages its group instead of
    ///     being broken code
    void records(Batch batch, Place place, boolean repair, FrameBuffer frames) {
        List<Item> items = batch.items();
        int headerBytes = batch.headerBytes();
        int bodyBytes = batch.bodyBytes();
        int blocks = batch.blocks();
        ByteBuffer buffer = frames.room(blocks);
        int first = buffer.position();
        BlockWriter out = new BlockWriter(buffer);
        out.skip(headerBytes);
        int at = (int) (place.offset / Block.BYTES) * Block.PAYLOAD_BYTES + headerBytes;
        // Taken once for the frame; the calls inside find it held.
        synchronized (state) {
            for (int i = 0; i < items.size(); i++) {
                Item item = items.get(i);
                String problem = record(item, place.number, at, out, repair);
                if (problem != null) {
                    Invariant.check(repair, "%s: %s", item.record(), problem);
                    LogState.groupOf(item.record()).ifPresent(group -> state.damage(group, problem));
                }
                at += item.bytes();
            }
        }
        Body body = new Body(first, blocks, headerBytes, bodyBytes);
        finish(buffer, out, body, items.size(), batch.touched(), place);
        frames.added(blocks, items.size(), place.sequence);
    }

    private @Nullable String record(Item item, int segment, int at, BlockWriter out, boolean repair) {
        if (item.record() instanceof Entries entries) {
            Runs.Run run = new Runs.Run(
                    entries.entries().getFirst().index(), entries.entries().size(), segment, at, item.bytes());
            GroupState group = state.group(entries.group());
            long previousTerm = group == null ? RecordCodec.UNKNOWN_TERM : group.lastTerm();
            RecordCodec.writeEntries(entries, item.fieldBytes(), previousTerm, out);
            return group == null
                    ? LogState.unknown(entries.group())
                    : group.append(entries.entries(), previousTerm, run, repair);
        }
        out.u8(RecordCodec.type(item.record()));
        out.varint(item.fieldBytes());
        out.raw(item.fields());
        return state.apply(item.record(), repair);
    }

    /// Adds the frame to `frames`.
    void checkpoint(Checkpoint checkpoint, Place place, FrameBuffer frames) {
        byte[] encoded = checkpoint.encode();
        int headerBytes = FrameHeader.bytes(List.of());
        int blocks = Block.count(FrameHeader.streamBytes(headerBytes, encoded.length));
        ByteBuffer buffer = frames.room(blocks);
        int first = buffer.position();
        BlockWriter out = new BlockWriter(buffer);
        out.skip(headerBytes);
        out.raw(encoded);
        Body body = new Body(first, blocks, headerBytes, encoded.length);
        finish(buffer, out, body, checkpoint.records(), List.of(), place);
        frames.added(blocks, 0, place.sequence);
    }

    /// Where the parts of a frame lie in the buffer.
    ///
    /// @param first where its first block begins
    private record Body(int first, int blocks, int headerBytes, int bodyBytes) {}

    private void finish(
            ByteBuffer buffer, BlockWriter out, Body body, int records, List<Touched> touched, Place place) {
        int bodyCrc = BlockWriter.checksum(buffer, body.first, body.headerBytes, body.bodyBytes, crc);
        byte[] header = new FrameHeader(
                        place.sequence, place.previous, place.durable, records, body.bodyBytes, bodyCrc, touched)
                .encode();
        out.zeros(body.blocks * Block.PAYLOAD_BYTES - FrameHeader.streamBytes(body.headerBytes, body.bodyBytes));
        out.raw(header);
        out.i32(body.headerBytes);
        buffer.position(body.first);
        new BlockWriter(buffer).raw(header);
        for (int i = 0; i < body.blocks; i++) {
            Block.seal(buffer, body.first + i * Block.BYTES, place.salt, place.sequence, i, body.blocks, crc);
        }
    }
}
