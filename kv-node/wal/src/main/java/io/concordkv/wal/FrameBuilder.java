package io.concordkv.wal;

import io.concordkv.base.Invariant;
import io.concordkv.disk.BlockBuffers;
import io.concordkv.wal.FrameHeader.Touched;
import io.concordkv.wal.WalQueue.Item;
import io.concordkv.wal.WalRecord.Entries;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Encodes frames into one direct buffer and tells [LogState] what they hold. Pump only.
final class FrameBuilder {
    private static final int BUFFER_BYTES = 64 << 10;
    /// A buffer above this is given back after use: one large record must not keep its room for ever.
    private static final int BUFFER_BYTES_KEPT = 2 << 20;
    private final LogState state;
    private final CRC32C crc = new CRC32C();
    private final TouchedGroups touchedGroups = new TouchedGroups();
    private ByteBuffer buffer = BlockBuffers.allocate(BUFFER_BYTES);

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

    /// @param repair records come from recovery: what does not fit damages its group instead of
    ///     being broken code
    /// @return the frame, ready to be written; valid until the next call
    ByteBuffer records(Batch batch, Place place, boolean repair) {
        List<Item> items = batch.items();
        int headerBytes = batch.headerBytes();
        int bodyBytes = batch.bodyBytes();
        int blocks = start(FrameHeader.streamBytes(headerBytes, bodyBytes));
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
        return finish(out, blocks, headerBytes, bodyBytes, items.size(), batch.touched(), place);
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

    ByteBuffer checkpoint(Checkpoint checkpoint, Place place) {
        byte[] body = checkpoint.encode();
        int headerBytes = FrameHeader.bytes(List.of());
        int blocks = start(FrameHeader.streamBytes(headerBytes, body.length));
        BlockWriter out = new BlockWriter(buffer);
        out.skip(headerBytes);
        out.raw(body);
        return finish(out, blocks, headerBytes, body.length, checkpoint.records(), List.of(), place);
    }

    private int start(int streamBytes) {
        int blocks = Block.count(streamBytes);
        int bytes = blocks * Block.BYTES;
        if (bytes > buffer.capacity()) {
            buffer = BlockBuffers.allocate(Math.max(bytes, Math.min(2 * buffer.capacity(), BUFFER_BYTES_KEPT)));
        } else if (buffer.capacity() > BUFFER_BYTES_KEPT && bytes <= BUFFER_BYTES) {
            buffer = BlockBuffers.allocate(BUFFER_BYTES);
        }
        buffer.clear();
        return blocks;
    }

    private ByteBuffer finish(
            BlockWriter out,
            int blocks,
            int headerBytes,
            int bodyBytes,
            int records,
            List<Touched> touched,
            Place place) {
        int bodyCrc = BlockWriter.checksum(buffer, 0, headerBytes, bodyBytes, crc);
        byte[] header = new FrameHeader(
                        place.sequence, place.previous, place.durable, records, bodyBytes, bodyCrc, touched)
                .encode();
        out.zeros(blocks * Block.PAYLOAD_BYTES - FrameHeader.streamBytes(headerBytes, bodyBytes));
        out.raw(header);
        out.i32(headerBytes);
        buffer.position(0);
        new BlockWriter(buffer).raw(header);
        for (int i = 0; i < blocks; i++) {
            Block.seal(buffer, i * Block.BYTES, place.salt, place.sequence, i, blocks, crc);
        }
        return buffer.position(0).limit(blocks * Block.BYTES);
    }
}
