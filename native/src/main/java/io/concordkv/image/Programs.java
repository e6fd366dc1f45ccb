package io.concordkv.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs of this machine that are run to their end.
public final class Programs {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Programs() {}

    /// @return what it wrote to either output
    /// @throws IOException when it cannot be started, fails, or takes longer than three minutes
    public static String output(List<String> command) throws IOException {
        return output(command, PATIENCE);
    }

    /// @return what it wrote to either output
    /// @throws IOException when it cannot be started, fails, or takes longer than that; it is ended then
    public static String output(List<String> command, Duration patience) throws IOException {
        // A file, as a pipe would be read until the last program that holds it ends.
        Path file = Files.createTempFile("concord-program", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
            try {
                process.getOutputStream().close();
                boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
                String output = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                if (!ended) {
                    throw new IOException(String.join(" ", command) + ": does not end within " + patience.toSeconds()
                            + " s\n" + output.strip());
                }
                if (process.exitValue() != 0) {
                    throw new IOException(
                            String.join(" ", command) + ": exit code " + process.exitValue() + "\n" + output.strip());
                }
                return output;
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(file);
        }
    }
}
