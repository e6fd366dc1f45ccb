package io.concordkv.bench.log;

import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/// A disk on which something happens to writes of files that are opened for blocks.
final class BlockDisk implements Disk {
    private final Disk disk;
    private final Write write;

    /// In place of a write to such a file.
    interface Write {
        void write(DiskFile file, ByteBuffer from, long position) throws IOException;
    }

    BlockDisk(Disk disk, Write write) {
        this.disk = disk;
        this.write = write;
    }

    /// In memory, and drops what is written, so that only what a log does before is measured.
    static BlockDisk forgetting() {
        return new BlockDisk(
                new SimulatedDisk(new SplittableRandom(1)), (file, from, position) -> from.position(from.limit()));
    }

    @Override
    public DiskFile create(String path) throws IOException {
        return disk.create(path);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return disk.open(path);
    }

    @Override
    public DiskFile openForBlocks(String path) throws IOException {
        return new BlockFile(disk.openForBlocks(path), write);
    }

    @Override
    public boolean exists(String path) {
        return disk.exists(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void createDirectories(String path) throws IOException {
        disk.createDirectories(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void syncDirectory(String path) throws IOException {
        disk.syncDirectory(path);
    }

    @Override
    public long freeBytes() throws IOException {
        return disk.freeBytes();
    }

    @Override
    public long totalBytes() throws IOException {
        return disk.totalBytes();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private record BlockFile(DiskFile file, Write write) implements DiskFile {
        @Override
        public String path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            write.write(file, from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
