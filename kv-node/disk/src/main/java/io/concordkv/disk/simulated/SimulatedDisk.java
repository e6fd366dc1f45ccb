package io.concordkv.disk.simulated;

import io.concordkv.disk.Disk;
import io.concordkv.disk.DiskFile;
import io.concordkv.disk.DiskFullException;
import io.concordkv.disk.DiskPath;
import io.concordkv.disk.simulated.Names.Directory;
import io.concordkv.disk.simulated.Names.FileNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A volume in memory with two truths: what processes see and what survives a loss of power. Faults
/// are switched by methods; everything random comes from the generator given, so the same calls give
/// the same outcome.
///
/// | fault                                             | how                                   |
/// |---------------------------------------------------|---------------------------------------|
/// | power lost: unsynced pages and names by coin flip, torn, reordered | [#crash]             |
/// | process killed: unsynced bytes stay in the page cache | [#killProcess]                    |
/// | sync fails: pages count as clean, some are lost   | [#failSyncs]                          |
/// | a place cannot be read                            | [#failReads]                          |
/// | bit rot                                           | [#rot]                                |
/// | full                                              | [#setCapacity], [#setFull]            |
/// | volume wiped, volume rolled back                  | a new one; [#copy] kept from earlier  |
public final class SimulatedDisk implements Disk {
    private final RandomGenerator random;
    private final Names names;
    private final List<Unreadable> unreadable = new ArrayList<>();
    private long capacity = Long.MAX_VALUE / 4;
    private boolean full;
    private boolean tearSectors;
    private int failingSyncs;
    private long syncs;
    /// Files opened before the last crash or kill are dead.
    private int process;

    private record Unreadable(String path, long from, long to) {}

    public SimulatedDisk(RandomGenerator random) {
        this(random, new Names());
    }

    private SimulatedDisk(RandomGenerator random, Names names) {
        this.random = random;
        this.names = names;
    }

    /// Power is lost. Of everything not synced, any part may have reached the device: pages all, none, a
    /// prefix, a suffix or each by coin flip; names by coin flip, in order for each name.
    public void crash() {
        process++;
        names.crash(random, tearSectors);
    }

    /// The process dies, the machine lives: files it had open are dead, but what it wrote is still seen
    /// by the next process, and still not durable.
    public void killProcess() {
        process++;
    }

    /// Lets a crash write single pages in part, by sectors of 512 bytes. Off at first: devices that
    /// tear inside 4 KiB turn a torn frame into what looks like rot.
    public void setTearSectors(boolean on) {
        tearSectors = on;
    }

    /// The next so many syncs of files fail; −1 all of them until told otherwise.
    public void failSyncs(int count) {
        failingSyncs = count;
    }

    /// Reads that touch these bytes fail from now on.
    public void failReads(String path, long from, long to) {
        unreadable.add(new Unreadable(path, from, to));
    }

    /// All places can be read again.
    public void healReads() {
        unreadable.clear();
    }

    /// Flips one bit of a file, for readers and for ever.
    ///
    /// @param bit 0 to 7
    public void rot(String path, long offset, int bit) throws IOException {
        Content content = content(path);
        if (offset < 0 || offset >= content.size()) {
            throw new IllegalArgumentException(path + " has no byte " + offset);
        }
        content.rot(offset, bit);
    }

    /// Bytes of all files together that fit.
    public void setCapacity(long bytes) {
        capacity = bytes;
    }

    /// While on, nothing grows, whatever the capacity.
    public void setFull(boolean on) {
        full = on;
    }

    /// An equal disk, unsynced state included: an image to go back to. Open files belong to the original.
    ///
    /// @param own random numbers of the copy
    public SimulatedDisk copy(RandomGenerator own) {
        SimulatedDisk copy = new SimulatedDisk(own, names.copy());
        copy.capacity = capacity;
        copy.full = full;
        copy.tearSectors = tearSectors;
        return copy;
    }

    /// Paths of all files, sorted.
    public List<String> files() {
        return List.copyOf(names.files());
    }

    /// Syncs of files that succeeded.
    public long syncs() {
        return syncs;
    }

    @Override
    public DiskFile create(String path) throws IOException {
        DiskPath.check(path);
        if (full) {
            throw new DiskFullException(path + ": the volume is full");
        }
        FileNode node = new FileNode(new Content());
        names.add(path, node);
        return new OpenFile(path, node.content(), process);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new OpenFile(path, content(path), process);
    }

    private Content content(String path) throws NoSuchFileException {
        if (names.find(DiskPath.check(path)) instanceof FileNode file) {
            return file.content();
        }
        throw new NoSuchFileException(path);
    }

    @Override
    public boolean exists(String path) {
        return names.find(DiskPath.check(path)) != null;
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return List.copyOf(names.directory(DiskPath.check(directory)).seen.keySet());
    }

    @Override
    public void createDirectories(String path) throws IOException {
        DiskPath.check(path);
        if (path.isEmpty() || names.find(path) instanceof Directory) {
            return;
        }
        createDirectories(DiskPath.parent(path));
        names.add(path, new Directory());
        syncDirectory(DiskPath.parent(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        names.rename(DiskPath.check(from), DiskPath.check(to));
    }

    @Override
    public void delete(String path) throws IOException {
        names.remove(DiskPath.check(path));
    }

    @Override
    public void syncDirectory(String path) throws IOException {
        names.sync(names.directory(DiskPath.check(path)));
    }

    @Override
    public long freeBytes() {
        return full ? 0 : Math.max(0, capacity - names.bytes());
    }

    @Override
    public long totalBytes() {
        return capacity;
    }

    @Override
    public void close() {}

    private final class OpenFile implements DiskFile {
        private final String path;
        private final Content content;
        private final int openedBy;
        private boolean closed;

        OpenFile(String path, Content content, int openedBy) {
            this.path = path;
            this.content = content;
            this.openedBy = openedBy;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public long size() throws IOException {
            alive();
            return content.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            alive();
            long end = position + into.remaining();
            for (Unreadable place : unreadable) {
                if (place.path.equals(path) && position < place.to && end > place.from) {
                    throw new IOException(path + " at offset " + Math.max(position, place.from) + ": unreadable");
                }
            }
            return content.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            alive();
            roomFor(position + from.remaining());
            content.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            alive();
            roomFor(size);
            content.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            alive();
            if (failingSyncs != 0) {
                failingSyncs -= failingSyncs > 0 ? 1 : 0;
                content.failSync(random);
                throw new IOException(path + ": sync failed: input/output error");
            }
            content.sync();
            syncs++;
        }

        @Override
        public void close() {
            closed = true;
        }

        private void alive() throws IOException {
            if (closed || openedBy != process) {
                throw new IOException(path + ": the file is closed" + (closed ? "" : ": its process is gone"));
            }
        }

        private void roomFor(long size) throws IOException {
            long more = size - content.size();
            if (more > 0 && more > freeBytes()) {
                throw new DiskFullException(path + ": the volume is full, " + freeBytes() + " bytes are free, " + more
                        + " more are needed");
            }
        }
    }
}
