package io.concordkv.it.kube;

import io.concordkv.tools.console.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Kubernetes on this machine of our own, started by `concord up` and stopped by `concord down`.
public final class LocalEndpoint implements AutoCloseable {
    private static final long UP_SECONDS = 180;
    private static final String EMPTY_SAMPLE = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: conformance
            """;

    private final Path home;
    private final Path directory;
    private boolean down;

    private LocalEndpoint(Path home, Path directory) {
        this.home = home;
        this.directory = directory;
    }

    /// Starts it without a cluster; returns when the API answers and the operator was started. What could
    /// not be started whole is stopped again.
    ///
    /// @param home      top of the clone, built
    /// @param directory for all it keeps; is made
    public static LocalEndpoint start(Path home, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path sample = directory.resolve("empty-sample.yaml");
        Files.writeString(sample, EMPTY_SAMPLE);
        var endpoint = new LocalEndpoint(home, directory);
        try {
            endpoint.concord("up", "--sample", sample.toString());
        } catch (IOException | InterruptedException | RuntimeException failed) {
            endpoint.stopAfter(failed);
            throw failed;
        }
        return endpoint;
    }

    private void stopAfter(Exception failed) throws InterruptedException {
        try {
            stop();
        } catch (IOException | RuntimeException left) {
            failed.addSuppressed(left);
        }
    }

    public Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    /// Stops it; the directory stays, with the logs of everything.
    public synchronized void stop() throws IOException, InterruptedException {
        if (!down) {
            down = true;
            concord("down");
        }
    }

    /// Stops it and deletes its directory.
    @Override
    public synchronized void close() throws IOException, InterruptedException {
        if (!down) {
            down = true;
            concord("down", "--delete");
        }
    }

    private void concord(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("bash", home.resolve("concord").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--dir", directory.toString()));
        Path output = Files.createTempFile("concord", ".txt");
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("CONCORD_BUILT", "yes");
            Process process = builder.start();
            if (!process.waitFor(UP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw CommandFailure.refused("./concord " + arguments[0] + " did not end within " + UP_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw CommandFailure.refused("./concord " + arguments[0] + " exits with " + process.exitValue() + ": "
                        + Files.readString(output).strip());
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
