package io.concordkv.local.kubelet;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// What one run of a container wrote: a text file whose lines are `<RFC 3339 time> <line>`. Beyond
/// 10 MiB the file is moved to `<name>.old` (one is kept) and begun again. One pump thread writes.
final class ContainerLog {
    private static final Logger LOG = System.getLogger(ContainerLog.class.getName());
    static final int LINE_BYTES_MAX = 16 << 10;
    private static final long FILE_BYTES_MAX = 10L << 20;

    private final Path file;
    private final Object monitor = new Object();
    private long version;
    private boolean ended;

    ContainerLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    Path older() {
        return older(file);
    }

    static Path older(Path file) {
        return file.resolveSibling(file.getFileName() + ".old");
    }

    /// Copies lines until the source ends. Called on the pump thread.
    void pump(InputStream source) {
        try (var in = new BufferedInputStream(source)) {
            boolean more = true;
            while (more) {
                more = writeOneFile(in);
                if (more) {
                    Files.move(file, older(), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException failure) {
            LOG.log(Level.DEBUG, "log {0} ended: {1}", file, failure.toString());
        } finally {
            synchronized (monitor) {
                ended = true;
                monitor.notifyAll();
            }
        }
    }

    /// @return true when the file is full and the source goes on
    private boolean writeOneFile(InputStream in) throws IOException {
        var line = new byte[LINE_BYTES_MAX];
        long written = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE))) {
            while (written < FILE_BYTES_MAX) {
                int length = readLine(in, line);
                if (length < 0) {
                    return false;
                }
                byte[] time = (Instant.now().truncatedTo(ChronoUnit.MICROS) + " ").getBytes(StandardCharsets.US_ASCII);
                out.write(time);
                out.write(line, 0, length);
                out.write('\n');
                written += time.length + length + 1;
                if (in.available() == 0) {
                    out.flush();
                    grown();
                }
            }
        }
        grown();
        return true;
    }

    /// @return bytes before the end of the line (or of the buffer); −1 when nothing is left
    private static int readLine(InputStream in, byte[] line) throws IOException {
        int length = 0;
        while (length < line.length) {
            int next = in.read();
            if (next < 0) {
                return length == 0 ? -1 : length;
            }
            if (next == '\n') {
                return length;
            }
            line[length++] = (byte) next;
        }
        return length;
    }

    private void grown() {
        synchronized (monitor) {
            version++;
            monitor.notifyAll();
        }
    }

    long version() {
        synchronized (monitor) {
            return version;
        }
    }

    /// Waits half a second at most for something written after `seen`.
    ///
    /// @return false when the run has ended: what is in the file now is all
    boolean awaitGrowth(long seen) throws InterruptedException {
        synchronized (monitor) {
            if (version == seen && !ended) {
                monitor.wait(500);
            }
            return !ended;
        }
    }
}
