package io.concordkv.shard.snapshot;

import io.concordkv.base.ByteReader;
import io.concordkv.base.CorruptionException;
import io.concordkv.base.Crc32c;
import io.concordkv.base.DecodeException;
import io.concordkv.base.Origin;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads and checks one snapshot file. Blocking: background threads only.
public final class SnapshotReader {
    private final DiskFile file;
    private long position;

    /// Takes the rows in key order.
    public interface RowSink {
        void row(byte[] key, byte[] value);
    }

    private SnapshotReader(DiskFile file) {
        this.file = file;
    }

    /// Reads everything, checks every checksum and the counts at the end.
    ///
    /// @throws CorruptionException naming file and offset when anything is damaged or missing; the sink
    ///     may have got rows by then
    public static SnapshotHeader read(Disk disk, String path, RowSink sink) throws IOException {
        try (DiskFile file = disk.open(path)) {
            SnapshotReader reader = new SnapshotReader(file);
            SnapshotHeader header = reader.head();
            reader.rows(sink);
            return header;
        }
    }

    private SnapshotHeader head() throws IOException {
        ByteReader in = new ByteReader(bytes(12));
        int magic = in.i32();
        if (magic != SnapshotFile.MAGIC) {
            throw corrupt("magic", SnapshotFile.MAGIC, magic);
        }
        int length = in.i32();
        if (length < 1 || length > SnapshotFile.HEADER_BYTES_MAX) {
            throw corrupt("header length", "1.." + SnapshotFile.HEADER_BYTES_MAX, length);
        }
        try {
            return SnapshotHeader.decode(checked(length, in.i32()));
        } catch (DecodeException e) {
            throw corrupt("header", "a snapshot header", String.valueOf(e.getMessage()));
        }
    }

    private void rows(RowSink sink) throws IOException {
        long rows = 0;
        while (true) {
            long before = position;
            ByteReader in = new ByteReader(bytes(SnapshotFile.PART_HEAD_BYTES));
            int length = in.i32();
            if (length < 0 || length > SnapshotFile.CHUNK_BYTES_MAX) {
                throw corrupt("chunk length", "0.." + SnapshotFile.CHUNK_BYTES_MAX, length);
            }
            if (length == 0) {
                end(checked(SnapshotFile.END_BYTES, in.i32()), rows, before);
                return;
            }
            ByteReader chunk = new ByteReader(checked(length, in.i32()));
            try {
                while (chunk.hasMore()) {
                    sink.row(chunk.blob(), chunk.blob());
                    rows++;
                }
            } catch (DecodeException e) {
                throw corrupt("rows", "whole rows", String.valueOf(e.getMessage()));
            }
        }
    }

    private void end(byte[] payload, long rows, long before) throws CorruptionException {
        ByteReader in = new ByteReader(payload);
        long expectedRows = in.i64();
        long expectedBytes = in.i64();
        if (expectedRows != rows || expectedBytes != before) {
            throw corrupt("rows and bytes", expectedRows + " and " + expectedBytes, rows + " and " + before);
        }
    }

    private byte[] checked(int length, int crc) throws IOException {
        byte[] payload = bytes(length);
        int found = Crc32c.of(payload);
        if (found != crc) {
            throw corrupt("checksum", crc, found);
        }
        return payload;
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        int got = file.read(ByteBuffer.wrap(bytes), position);
        if (got < length) {
            throw corrupt("bytes", length, got);
        }
        position += length;
        return bytes;
    }

    private CorruptionException corrupt(String field, Object expected, Object found) {
        return new CorruptionException(new Origin(file.path(), position), field, expected, found);
    }
}
