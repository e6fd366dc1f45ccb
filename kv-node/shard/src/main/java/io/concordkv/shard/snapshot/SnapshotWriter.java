package io.concordkv.shard.snapshot;

import io.concordkv.base.ByteWriter;
import io.concordkv.base.Crc32c;
import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.shard.apply.RowSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Writes one snapshot file and syncs it and its folder. Blocking: background threads only.
public final class SnapshotWriter {
    private final DiskFile file;
    private final ByteWriter chunk = new ByteWriter(SnapshotFile.CHUNK_BYTES_SOFT + 4096);
    private long position;
    private long rows;

    private SnapshotWriter(DiskFile file) {
        this.file = file;
    }

    /// @param rows read to the end; the caller closes it
    /// @return bytes of the file
    public static long write(Disk disk, String path, SnapshotHeader header, RowSource rows) throws IOException {
        if (disk.exists(path)) {
            disk.delete(path);
        }
        long bytes;
        try (DiskFile file = disk.create(path)) {
            SnapshotWriter writer = new SnapshotWriter(file);
            writer.head(header);
            while (rows.next()) {
                writer.row(rows.key(), rows.value());
            }
            writer.end();
            file.sync();
            bytes = writer.position;
        }
        disk.syncDirectory(path.substring(0, path.lastIndexOf('/')));
        return bytes;
    }

    private void head(SnapshotHeader header) throws IOException {
        byte[] payload = header.encode();
        ByteWriter out = new ByteWriter(payload.length + 12);
        out.i32(SnapshotFile.MAGIC).i32(payload.length).i32(Crc32c.of(payload)).raw(payload);
        append(out);
    }

    private void row(byte[] key, byte[] value) throws IOException {
        chunk.blob(key).blob(value);
        rows++;
        if (chunk.size() >= SnapshotFile.CHUNK_BYTES_SOFT) {
            flushChunk();
        }
    }

    private void flushChunk() throws IOException {
        if (chunk.size() == 0) {
            return;
        }
        append(new ByteWriter(8).i32(chunk.size()).i32(Crc32c.of(chunk.array(), 0, chunk.size())));
        append(chunk);
        chunk.clear();
    }

    private void end() throws IOException {
        flushChunk();
        byte[] payload =
                new ByteWriter(SnapshotFile.END_BYTES).i64(rows).i64(position).toByteArray();
        append(new ByteWriter(24).i32(0).i32(Crc32c.of(payload)).raw(payload));
    }

    private void append(ByteWriter bytes) throws IOException {
        file.write(ByteBuffer.wrap(bytes.array(), 0, bytes.size()), position);
        position += bytes.size();
    }
}
