package io.concordkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A file of [FileDisk] with two ways in: whole blocks go straight to the device (`O_DIRECT`), all else and
/// every read through the page cache. The system keeps both in step: a direct write first writes out and
/// then drops the pages it covers. One sync covers both.
final class DirectFile implements DiskFile {
    private final DiskFile cached;
    private final DiskFile direct;

    DirectFile(DiskFile cached, DiskFile direct) {
        this.cached = cached;
        this.direct = direct;
    }

    @Override
    public String path() {
        return cached.path();
    }

    @Override
    public long size() throws IOException {
        return cached.size();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return cached.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        (BlockBuffers.isWhole(from, position) ? direct : cached).write(from, position);
    }

    @Override
    public void truncate(long size) throws IOException {
        cached.truncate(size);
    }

    @Override
    public void sync() throws IOException {
        cached.sync();
    }

    @Override
    public void close() throws IOException {
        try (cached) {
            direct.close();
        }
    }
}
