package io.concordkv.server.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Whether a JVM can write an ahead-of-time cache and start from it, tried with no application at all.
/// Some cannot: a JDK built without class data sharing, or one whose default archive is missing.
final class CacheProbe {
    private static final int PATIENCE_SECONDS = 60;

    private CacheProbe() {}

    /// @param java   the JVM's launcher
    /// @param flags  it is started with
    /// @param folder for its files
    /// @return in one line, what the JVM says that keeps it from using a cache; empty when it can
    static Optional<String> missing(Path java, List<String> flags, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path cache = folder.resolve("probe.aot");
        Optional<String> failure = failure(java, flags, folder, List.of("-XX:AOTCacheOutput=" + cache));
        if (failure.isEmpty() && Files.notExists(cache)) {
            return Optional.of("it ignores -XX:AOTCacheOutput");
        }
        return failure.isPresent()
                ? failure
                : failure(java, flags, folder, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache));
    }

    private static Optional<String> failure(Path java, List<String> flags, Path folder, List<String> more)
            throws IOException {
        Path output = folder.resolve("probe.log");
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(flags);
        command.addAll(more);
        command.add("-version");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return Optional.of("it did not end within " + PATIENCE_SECONDS + " s with " + more);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue() == 0
                ? Optional.empty()
                : Optional.of("exit code " + process.exitValue() + ", "
                        + Files.readString(output).strip().replaceAll("\\s+", " "));
    }
}
