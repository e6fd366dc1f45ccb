package io.concordkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Any disk, with faults that can be switched while it is used: the disk part of `PUT /faults`.
/// Thread-safe as far as the disk below is.
public final class FaultyDisk implements Disk {
    /// Whether syncs of files fail.
    public enum FailSync {
        NEVER,
        /// The next one; then never again.
        ONCE,
        ALWAYS
    }

    private record Failing(FailSync when, String of) {}

    private static final Failing NOTHING = new Failing(FailSync.NEVER, "");

    private final Disk below;
    private volatile Failing failing = NOTHING;
    private volatile long delayNanos;
    private volatile boolean full;
    /// What deleted and shortened files gave back since the volume is full.
    private final AtomicLong freed = new AtomicLong();

    public FaultyDisk(Disk below) {
        this.below = below;
    }

    public void setFailSync(FailSync when) {
        setFailSync(when, "");
    }

    /// @param of beginning of the paths of the files whose syncs fail; empty: of all
    public void setFailSync(FailSync when, String of) {
        failing = new Failing(when, of);
    }

    /// Every sync takes at least this much longer; 0 not at all.
    public void setDelayMillis(long millis) {
        delayNanos = millis * 1_000_000;
    }

    /// While on, files grow only into what others gave back since; blocks a file has already can be
    /// overwritten.
    public void setFull(boolean on) {
        if (on && !full) {
            freed.set(0);
        }
        full = on;
    }

    public boolean isFull() {
        return full;
    }

    @Override
    public DiskFile create(String path) throws IOException {
        if (full && freed.get() == 0) {
            throw full(path);
        }
        return new FaultyFile(below.create(path));
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new FaultyFile(below.open(path));
    }

    @Override
    public DiskFile openForBlocks(String path) throws IOException {
        return new FaultyFile(below.openForBlocks(path));
    }

    @Override
    public boolean exists(String path) {
        return below.exists(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return below.list(directory);
    }

    @Override
    public void createDirectories(String path) throws IOException {
        below.createDirectories(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        below.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        if (full) {
            try (DiskFile file = below.open(path)) {
                freed.addAndGet(file.size());
            }
        }
        below.delete(path);
    }

    private static DiskFullException full(String path) {
        return new DiskFullException(path + ": the volume is full (injected)");
    }

    @Override
    public void syncDirectory(String path) throws IOException {
        delay();
        below.syncDirectory(path);
    }

    @Override
    public long freeBytes() throws IOException {
        return full ? freed.get() : below.freeBytes();
    }

    @Override
    public long totalBytes() throws IOException {
        return below.totalBytes();
    }

    @Override
    public void close() throws IOException {
        below.close();
    }

    private void delay() {
        long nanos = delayNanos;
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }

    private synchronized boolean syncFails(String path) {
        Failing now = failing;
        if (now.when == FailSync.NEVER || !path.startsWith(now.of)) {
            return false;
        }
        if (now.when == FailSync.ONCE) {
            failing = NOTHING;
        }
        return true;
    }

    private final class FaultyFile implements DiskFile {
        private final DiskFile file;

        FaultyFile(DiskFile file) {
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
            take(Math.max(0, position + from.remaining() - file.size()));
            file.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            take(size - file.size());
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            delay();
            if (syncFails(path())) {
                throw new IOException(path() + ": sync failed (injected)");
            }
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        /// @param more bytes the file grows by; negative when it becomes shorter
        private void take(long more) throws IOException {
            if (full && more < 0) {
                freed.addAndGet(-more);
            } else if (full && more > 0 && freed.getAndUpdate(it -> it < more ? it : it - more) < more) {
                throw full(path());
            }
        }
    }
}
