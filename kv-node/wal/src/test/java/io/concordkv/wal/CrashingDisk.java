package io.concordkv.wal;

import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.simulated.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A simulated disk on which the process dies in front of the n-th change.
final class CrashingDisk implements Disk {
    private final SimulatedDisk disk;
    private final boolean power;
    private int left;

    /// What the process sees of its own death.
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /// @param changes that succeed before
    /// @param power   whether power is lost too
    CrashingDisk(SimulatedDisk disk, int changes, boolean power) {
        this.disk = disk;
        this.left = changes;
        this.power = power;
    }

    private void change() {
        if (left-- <= 0) {
            if (power) {
                disk.crash();
            } else {
                disk.killProcess();
            }
            throw new Died();
        }
    }

    @Override
    public DiskFile create(String path) throws IOException {
        change();
        return new CrashingFile(disk.create(path));
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new CrashingFile(disk.open(path));
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
        change();
        disk.createDirectories(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        change();
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        change();
        disk.delete(path);
    }

    @Override
    public void syncDirectory(String path) throws IOException {
        change();
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
    public void close() {
        disk.close();
    }

    private final class CrashingFile implements DiskFile {
        private final DiskFile file;

        CrashingFile(DiskFile file) {
            this.file = file;
        }

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
            change();
            file.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            change();
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
