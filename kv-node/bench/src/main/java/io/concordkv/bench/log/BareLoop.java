package io.concordkv.bench.log;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.SplittableRandom;

/// What the volume gives a log at best: overwrites of a file's blocks, one after another, each durable before
/// the next. It does nothing else, and does not use the project's door to files.
final class BareLoop implements AutoCloseable {
    static final int BLOCK_BYTES = 4096;
    static final int FILE_BYTES = 64 << 20;
    private static final int FILL_BYTES = 1 << 20;

    private final Way way;
    private final FileChannel channel;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(FILL_BYTES + BLOCK_BYTES - 1).alignedSlice(BLOCK_BYTES);
    private long position;

    /// How a write becomes durable.
    enum Way {
        CACHED("page cache, fdatasync", Set.of()),
        DIRECT("O_DIRECT, fdatasync", Set.of(ExtendedOpenOption.DIRECT)),
        DIRECT_DSYNC("O_DIRECT, O_DSYNC", Set.of(ExtendedOpenOption.DIRECT, StandardOpenOption.DSYNC));

        final String label;
        private final Set<OpenOption> options;

        Way(String label, Set<OpenOption> options) {
            this.label = label;
            this.options = options;
        }
    }

    /// Writes the whole file once, so that no later write changes anything but content.
    ///
    /// @throws IOException also when the file system knows no direct I/O
    BareLoop(Path folder, Way way) throws IOException {
        this.way = way;
        Path file = folder.resolve("bare-" + way.ordinal());
        byte[] noise = new byte[FILL_BYTES];
        new SplittableRandom(1).nextBytes(noise);
        buffer.put(noise);
        try (FileChannel filling = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int at = 0; at < FILE_BYTES; at += FILL_BYTES) {
                filling.write(buffer.clear(), at);
            }
            filling.force(true);
        }
        OpenOption[] options = new OpenOption[way.options.size() + 1];
        way.options.toArray(options);
        options[way.options.size()] = StandardOpenOption.WRITE;
        channel = FileChannel.open(file, options);
    }

    /// @param blocks of every write
    Rate run(int blocks, long nanos) throws IOException {
        int bytes = blocks * BLOCK_BYTES;
        long start = System.nanoTime();
        long syncs = 0;
        long now = start;
        while (now - start < nanos) {
            if (position + bytes > FILE_BYTES) {
                position = 0;
            }
            buffer.clear().limit(bytes);
            buffer.putLong(0, now);
            channel.write(buffer, position);
            if (way != Way.DIRECT_DSYNC) {
                channel.force(false);
            }
            position += bytes;
            syncs++;
            now = System.nanoTime();
        }
        return new Rate(syncs * bytes, syncs, 0, now - start);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
