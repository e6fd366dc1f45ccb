package io.concordkv.server.training;

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

/// A node process on free ports of the loopback, as the training run starts it.
public final class TrainedNode implements AutoCloseable {
    /// Of a machine that does a lot besides.
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final long POLL_NANOS = 20_000_000;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final Path log;
    private final int http;
    private final int admin;
    private final int peer;

    private TrainedNode(Process process, Path log, int[] ports) {
        this.process = process;
        this.log = log;
        http = ports[0];
        admin = ports[1];
        peer = ports[2];
    }

    /// @param folder of the node's log
    /// @param data   directory as the node sees it
    public static TrainedNode start(TrainedProgram program, Path folder, Path data) throws IOException {
        int[] ports = freePorts();
        Files.createDirectories(folder);
        Path log = folder.resolve("log");
        List<String> properties = List.of(
                "-Dconcord.node.name=n1",
                "-Dconcord.data.dir=" + data,
                "-Dconcord.http.port=" + ports[0],
                "-Dconcord.admin.port=" + ports[1],
                "-Dconcord.peer.port=" + ports[2]);
        Process process = program.process(properties, List.of())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new TrainedNode(process, log, ports);
    }

    private static int[] freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket one = new ServerSocket(0, 1, loopback);
                ServerSocket two = new ServerSocket(0, 1, loopback);
                ServerSocket three = new ServerSocket(0, 1, loopback)) {
            return new int[] {one.getLocalPort(), two.getLocalPort(), three.getLocalPort()};
        }
    }

    /// `host:port`
    public String dataAddress() {
        return "127.0.0.1:" + http;
    }

    /// `host:port`
    public String adminAddress() {
        return "127.0.0.1:" + admin;
    }

    String peerAddress() {
        return "127.0.0.1:" + peer;
    }

    String data(String method, String target, String body) throws IOException {
        return call(http, method, target, body);
    }

    String admin(String method, String target, String body) throws IOException {
        return call(admin, method, target, body);
    }

    /// @throws IOException when the call fails or is refused
    private static String call(int port, String method, String target, String body) throws IOException {
        HttpResponse<String> response = send(port, method, target, body);
        if (response.statusCode() >= 400) {
            throw new IOException(method + " " + target + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private static HttpResponse<String> send(int port, String method, String target, String body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (body.startsWith("{")) {
            request.header("Content-Type", "application/json");
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Waits until `GET target` of the admin port succeeds.
    ///
    /// @throws IOException with the node's log, when it ended or five minutes have passed
    public void await(String target) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "no answer";
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                HttpResponse<String> response = send(admin, "GET", target, "");
                if (response.statusCode() < 400) {
                    return;
                }
                last = response.body();
            } catch (IOException notYet) {
                last = notYet.toString();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new IOException(target + " did not succeed: " + last + "\n" + Files.readString(log));
    }

    /// Ends it as a crash would.
    public void kill() throws IOException {
        process.destroyForcibly();
        awaitEnd();
    }

    /// SIGTERM, and waits for the end; a recording run writes its cache then.
    public void stop() throws IOException {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() throws IOException {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the node does not end\n" + Files.readString(log));
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
