package io.concordkv.wal;

import io.concordkv.base.ByteReader;
import io.concordkv.base.CorruptionException;
import io.concordkv.base.DecodeException;
import io.concordkv.base.LogEntry;
import io.concordkv.base.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/// Reads the record of one run: only the blocks it lies in, each verified. One reader a call; not
/// thread-safe.
final class EntryReader {
    private final CRC32C crc = new CRC32C();

    /// All entries of the record; the caller takes those its run still counts.
    ///
    /// @throws CorruptionException naming file and offset when a block is not what was written
    List<LogEntry> read(Segment segment, Runs.Run run) throws IOException {
        int firstBlock = run.position() / Block.PAYLOAD_BYTES;
        int lastBlock = (run.position() + run.bytes() - 1) / Block.PAYLOAD_BYTES;
        int count = lastBlock - firstBlock + 1;
        ByteBuffer blocks = BlockWindow.read(segment.file, firstBlock, count);
        for (int i = 0; i < count; i++) {
            Block.State state = Block.state(blocks, i * Block.BYTES, segment.salt, crc);
            if (state != Block.State.CURRENT) {
                Origin origin = new Origin(segment.file.path(), (long) (firstBlock + i) * Block.BYTES);
                throw new CorruptionException(
                        origin, "block with entries from " + run.first(), Block.State.CURRENT, state);
            }
        }
        byte[] stream = BlockWriter.stream(blocks, 0, count);
        int at = run.position() % Block.PAYLOAD_BYTES;
        try {
            ByteReader in = new ByteReader(stream, at, run.bytes());
            int type = in.u8();
            if (type != RecordCodec.ENTRIES) {
                throw new DecodeException("record type", "1", type);
            }
            in.varint();
            return RecordCodec.readEntries(in).entries();
        } catch (DecodeException e) {
            throw new CorruptionException(
                    new Origin(segment.file.path(), (long) firstBlock * Block.BYTES + Block.STAMP_BYTES + at),
                    "entries record",
                    "entries from " + run.first(),
                    String.valueOf(e.getMessage()));
        }
    }
}
