package io.concordkv.local.kubelet;

import io.concordkv.local.api.PodRuntime.LogOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A log as `kubectl logs` wants it. With `follow`, reading waits for more until the run ends.
final class LogStream extends InputStream {
    private final Path file;
    private final @Nullable ContainerLog live;
    private final LogOptions options;
    private final @Nullable Instant from;
    private @Nullable RandomAccessFile open;
    private @Nullable Object openKey;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private byte[] chunk = new byte[0];
    private int at;
    private long left;
    private volatile boolean closed;

    /// @param live the log while its run goes on; null once it is only a file
    LogStream(Path file, @Nullable ContainerLog live, LogOptions options) throws IOException {
        this.file = file;
        this.live = live;
        this.options = options;
        this.from = options.since() == null ? null : Instant.now().minus(options.since());
        this.left = options.limitBytes().isPresent() ? options.limitBytes().getAsInt() : Long.MAX_VALUE;
        begin();
    }

    /// The older file first, then the present one up to its end; `tailLines` cuts in front.
    private void begin() throws IOException {
        Deque<byte[]> lines = new ArrayDeque<>();
        int tail = options.tailLines().orElse(Integer.MAX_VALUE);
        Path older = ContainerLog.older(file);
        if (Files.exists(older)) {
            try (var old = new RandomAccessFile(older.toFile(), "r")) {
                collect(old, lines, tail);
            }
        }
        reopen();
        if (open != null) {
            collect(open, lines, tail);
        }
        var first = new ByteArrayOutputStream();
        lines.forEach(first::writeBytes);
        chunk = first.toByteArray();
    }

    /// Takes all whole lines from where the file stands.
    private void collect(RandomAccessFile source, Deque<byte[]> lines, int tail) throws IOException {
        var buffer = new byte[4 * ContainerLog.LINE_BYTES_MAX];
        long start = source.getFilePointer();
        for (int length = source.read(buffer); length > 0; length = source.read(buffer)) {
            int taken = 0;
            for (int i = 0; i < length; i++) {
                if (buffer[i] == '\n') {
                    take(Arrays.copyOfRange(buffer, taken, i), lines, tail);
                    taken = i + 1;
                }
            }
            start += taken;
            source.seek(start);
            if (taken == 0) {
                return;
            }
        }
    }

    private void take(byte[] line, Deque<byte[]> lines, int tail) {
        byte[] shown = shown(line);
        if (shown != null) {
            lines.add(shown);
            if (lines.size() > tail) {
                lines.remove();
            }
        }
    }

    /// The line as asked for, with its end; null when it is too old.
    private byte @Nullable [] shown(byte[] line) {
        int blank = 0;
        while (blank < line.length && line[blank] != ' ') {
            blank++;
        }
        if (from != null
                && Instant.parse(new String(line, 0, blank, StandardCharsets.US_ASCII))
                        .isBefore(from)) {
            return null;
        }
        int start = options.timestamps() || blank == line.length ? 0 : blank + 1;
        byte[] shown = new byte[line.length - start + 1];
        System.arraycopy(line, start, shown, 0, line.length - start);
        shown[shown.length - 1] = '\n';
        return shown;
    }

    private void reopen() throws IOException {
        if (Files.exists(file)) {
            open = new RandomAccessFile(file.toFile(), "r");
            openKey = key();
        }
    }

    private @Nullable Object key() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == chunk.length) {
            if (left == 0 || !options.follow() || !fill()) {
                return -1;
            }
        }
        int count = (int) Math.min(Math.min(length, chunk.length - at), left);
        if (count == 0) {
            return -1;
        }
        System.arraycopy(chunk, at, into, offset, count);
        at += count;
        left -= count;
        return count;
    }

    /// @return false when nothing more will come
    private boolean fill() throws IOException {
        while (!closed) {
            long seen = live == null ? 0 : live.version();
            if (more()) {
                return true;
            }
            if (live == null) {
                return false;
            }
            try {
                if (!live.awaitGrowth(seen)) {
                    return more();
                }
            } catch (InterruptedException stop) {
                throw new InterruptedIOException("log reading was interrupted");
            }
        }
        return false;
    }

    private boolean more() throws IOException {
        var lines = new ArrayDeque<byte[]>();
        if (open == null) {
            reopen();
        }
        if (open != null) {
            collect(open, lines, Integer.MAX_VALUE);
            if (Files.exists(file) && !Objects.equals(key(), openKey)) {
                open.close();
                reopen();
                collect(open, lines, Integer.MAX_VALUE);
            }
        }
        partial.reset();
        lines.forEach(partial::writeBytes);
        chunk = partial.toByteArray();
        at = 0;
        return chunk.length > 0;
    }

    @Override
    public int available() {
        return chunk.length - at;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        if (open != null) {
            open.close();
        }
    }
}
