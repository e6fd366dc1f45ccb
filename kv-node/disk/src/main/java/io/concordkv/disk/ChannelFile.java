package io.concordkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Locale;

/// A file of [FileDisk].
final class ChannelFile implements DiskFile {
    private static final ByteBuffer ZERO = ByteBuffer.allocateDirect(1).asReadOnlyBuffer();
    private final String path;
    private final FreeSpace free;
    private final FileChannel channel;

    /// Asks the volume for the bytes that can still be written.
    interface FreeSpace {
        long bytes() throws IOException;
    }

    ChannelFile(String path, FreeSpace free, FileChannel channel) {
        this.path = path;
        this.free = free;
        this.channel = channel;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int start = into.position();
        while (into.hasRemaining()) {
            int count = channel.read(into, position + into.position() - start);
            if (count < 0) {
                break;
            }
        }
        return into.position() - start;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        long at = position;
        try {
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        } catch (IOException e) {
            throw named(e, from.remaining());
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        if (size > channel.size()) {
            write(ZERO.duplicate(), size - 1);
        } else {
            channel.truncate(size);
        }
    }

    @Override
    public void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// Java has no type for a full volume, only the system's words for ENOSPC and EDQUOT. The words follow
    /// the locale: a volume with less room than was wanted is full whatever they are.
    private IOException named(IOException e, int wanted) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean full = message.contains("no space left") || message.contains("quota exceeded") || lacks(wanted, e);
        return full ? new DiskFullException(path + ": the volume is full", e) : e;
    }

    private boolean lacks(int wanted, IOException cause) {
        try {
            return free.bytes() < wanted;
        } catch (IOException e) {
            cause.addSuppressed(e);
            return false;
        }
    }
}
