package io.concordkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One open file. Positional only; reads may run beside reads and beside writes to other places.
/// Whoever opened it closes it, and must not interrupt a thread inside: see [FileDisk].
public interface DiskFile extends AutoCloseable {
    /// As given to [Disk#open] or [Disk#create].
    String path();

    /// Bytes from the start of the file to its end.
    long size() throws IOException;

    /// Fills `into` unless the file ends before.
    ///
    /// @return bytes read, 0 at or behind the end
    int read(ByteBuffer into, long position) throws IOException;

    /// Writes all of `from`; the file grows where needed and a gap reads as zeros.
    ///
    /// @throws DiskFullException when the file must grow and cannot; part of `from` may be written
    void write(ByteBuffer from, long position) throws IOException;

    /// Cuts or extends (with zeros) to this size.
    void truncate(long size) throws IOException;

    /// Returns when data and the size needed to read it are durable. After a failure nothing is
    /// known about what was written since the last sync, and asking again proves nothing: the
    /// system reports a lost write once (SAFETY L4).
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
