package io.concordkv.disk;

import java.io.IOException;
import java.util.List;

/// One directory tree. Paths are relative to its root and separated by `/`; the root is the empty
/// path. All methods block and may be called from any thread; a caller orders its own calls.
///
/// Nothing is durable by itself: bytes need [DiskFile#sync], names (create, rename, delete) need
/// [#syncDirectory] of the directory they are in.
public interface Disk extends AutoCloseable {
    /// A new, empty file, open for reading and writing.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when the name is taken
    /// @throws DiskFullException when there is no room for it
    DiskFile create(String path) throws IOException;

    /// An existing file, open for reading and writing.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is none
    DiskFile open(String path) throws IOException;

    /// As [#open], for a file that is written in whole blocks which it has already: where the system lets
    /// it, buffers of [BlockBuffers] go to the device without a copy in the page cache. What it does is the
    /// same, only its cost differs.
    default DiskFile openForBlocks(String path) throws IOException {
        return open(path);
    }

    /// Whether a file or directory has this name.
    boolean exists(String path);

    /// Names in a directory, sorted, without `.` and `..`.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is no such directory
    List<String> list(String directory) throws IOException;

    /// The directory and all its missing parents, durable when this returns: every parent that
    /// gained a name is synced.
    void createDirectories(String path) throws IOException;

    /// Atomic; replaces a file that has the name `to`. Directories can be renamed to a free name.
    void rename(String from, String to) throws IOException;

    /// A file or an empty directory.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is none
    void delete(String path) throws IOException;

    /// Makes all names in this directory durable as they are now.
    void syncDirectory(String path) throws IOException;

    /// Bytes that can still be written.
    long freeBytes() throws IOException;

    /// Size of the volume.
    long totalBytes() throws IOException;

    @Override
    void close() throws IOException;
}
