package io.concordkv.image.train;

import io.concordkv.server.training.TrainedProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// One process of the operator.
final class OperatorRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final long POLL_NANOS = 50_000_000;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final Path log;
    private final int port;

    private OperatorRun(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /// @param place with a `kubeconfig` in it
    /// @param hosts names of pods, as the node of `concord up` writes them
    static OperatorRun start(TrainedProgram program, Place place, Path hosts) throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path log = place.folder().resolve("log");
        ProcessBuilder builder = program.process(List.of(), List.of());
        builder.environment()
                .put("KUBECONFIG", place.seen().resolve("kubeconfig").toString());
        builder.environment().put("CONCORD_OPERATOR_HOST", "127.0.0.1");
        builder.environment().put("CONCORD_OPERATOR_PORT", Integer.toString(port));
        builder.environment().put("CONCORD_HOSTS_FILE", hosts.toString());
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new OperatorRun(builder.start(), log, port);
    }

    boolean answers(String target) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 400;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// @throws IOException with the process's log, when it ended or five minutes have passed
    void await(String otherwise, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IOException("operator: " + otherwise + "\n" + Files.readString(log));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// SIGTERM, and waits for the end; a recording run writes its cache then.
    void stop() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the operator does not end\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
