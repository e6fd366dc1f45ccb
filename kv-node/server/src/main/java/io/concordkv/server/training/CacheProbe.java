package io.concordkv.server.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Whether a JVM can write an ahead-of-time cache and start from it, tried with no application at all.
/// Some cannot: a JDK built without class data sharing, or one whose default archive is missing.
final class CacheProbe {
    private static final int PATIENCE_SECONDS = 60;

    private CacheProbe() {}

    /// @param program whose JVM is tried
    /// @param folder  for its files
    /// @return in one line, what the JVM says that keeps it from using a cache; empty when it can
    static Optional<String> missing(TrainedProgram program, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path cache = folder.resolve("probe.aot");
        Optional<String> failure = failure(program.recording(cache), folder);
        if (failure.isEmpty() && Files.notExists(cache)) {
            return Optional.of("it ignores -XX:AOTCacheOutput");
        }
        return failure.isPresent() ? failure : failure(program.demanding(cache), folder);
    }

    private static Optional<String> failure(TrainedProgram program, Path folder) throws IOException {
        Path output = folder.resolve("probe.log");
        TrainedProgram version =
                new TrainedProgram(program.launcher(), program.flags(), List.of("-version"), program.environment());
        Process process = version.process(List.of(), List.of())
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return Optional.of("it did not end within " + PATIENCE_SECONDS + " s");
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
