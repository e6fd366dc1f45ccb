package io.concordkv.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of the operating system, through `FileChannel`.
///
/// An interrupt closes a channel for everybody (`ClosedByInterruptException`): do I/O only on threads
/// that nobody interrupts. Give direct buffers: heap buffers are copied once more.
public final class FileDisk implements Disk {
    /// Name of the file whose lock says that a process owns the folder.
    public static final String LOCK = "lock";

    private final Path root;
    private final @Nullable FileChannel lockChannel;
    private final @Nullable FileLock lock;
    private volatile @Nullable FileStore store;

    private FileDisk(Path root, @Nullable FileChannel lockChannel, @Nullable FileLock lock) {
        this.root = root;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /// Creates the folder when absent and owns it until [#close]: two processes on one folder would
    /// each believe their own write-ahead log.
    ///
    /// @throws DiskInUseException when it is owned already
    public static FileDisk open(Path root) throws IOException {
        Files.createDirectories(root);
        FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new FileDisk(root, channel, lock);
            }
        } catch (OverlappingFileLockException held) {
            channel.close();
            throw inUse(root);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw inUse(root);
    }

    /// For offline tools that only look: takes no lock.
    public static FileDisk unlocked(Path root) {
        return new FileDisk(root, null, null);
    }

    private static DiskInUseException inUse(Path root) {
        return new DiskInUseException("data folder " + root + " is used by another process (its file '" + LOCK
                + "' is locked); stop that process or choose another folder. Nothing was changed");
    }

    @Override
    public DiskFile create(String path) throws IOException {
        return new ChannelFile(
                path,
                this::freeBytes,
                FileChannel.open(
                        at(path), StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new ChannelFile(
                path, this::freeBytes, FileChannel.open(at(path), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public DiskFile openForBlocks(String path) throws IOException {
        DiskFile cached = open(path);
        FileChannel direct = direct(at(path));
        return direct == null ? cached : new DirectFile(cached, new ChannelFile(path, this::freeBytes, direct));
    }

    /// A file system that knows no direct I/O refuses to open the file so, or the first transfer, or wants larger
    /// blocks.
    ///
    /// @return null when it refuses
    private static @Nullable FileChannel direct(Path file) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
        } catch (IOException | UnsupportedOperationException refused) {
            return null;
        }
        try {
            channel.read(BlockBuffers.allocate(BlockBuffers.BLOCK_BYTES), 0);
            return channel;
        } catch (IOException refused) {
            channel.close();
            return null;
        }
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(at(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> children = Files.list(at(directory))) {
            return children.map(child -> String.valueOf(child.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void createDirectories(String path) throws IOException {
        DiskPath.check(path);
        if (path.isEmpty() || Files.isDirectory(at(path))) {
            return;
        }
        createDirectories(DiskPath.parent(path));
        Files.createDirectory(at(path));
        syncDirectory(DiskPath.parent(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        if (Files.isDirectory(at(from)) && Files.exists(at(to))) {
            throw new FileAlreadyExistsException(to);
        }
        Files.move(at(from), at(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String path) throws IOException {
        Files.delete(at(path));
    }

    @Override
    public void syncDirectory(String path) throws IOException {
        // A directory can be opened as a channel on Linux, and force() reaches fsync.
        try (FileChannel directory = FileChannel.open(at(path), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return store().getUsableSpace();
    }

    @Override
    public long totalBytes() throws IOException {
        return store().getTotalSpace();
    }

    @Override
    public void close() throws IOException {
        if (lock != null && lock.isValid()) {
            lock.release();
        }
        if (lockChannel != null) {
            lockChannel.close();
        }
    }

    /// Found once: that reads the table of mounts, and the room is asked for every second.
    private FileStore store() throws IOException {
        FileStore known = store;
        if (known == null) {
            known = Files.getFileStore(root);
            store = known;
        }
        return known;
    }

    private Path at(String path) {
        return root.resolve(DiskPath.check(path));
    }
}
