package io.concordkv.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.concordkv.tools.console.Progress;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.nodes.NodeGroup;
import io.concordkv.tools.nodes.NodesFile;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Three real node processes on loopback, ended with the test.
final class ProcessCluster implements AutoCloseable {
    private static final long START_NANOS_MAX = 60_000_000_000L;

    private final NodeGroup group;
    private final NodesFile file;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMillis(500))
            .build();

    ProcessCluster(Path directory, int shards) throws IOException {
        group = new NodeGroup(directory, new Progress(System.out));
        file = new NodesFile(directory);
        group.up(3, freePorts(), shards, List.of());
    }

    /// The first of thirty ports, all free now and below those the system gives to outgoing connections:
    /// one of these could take a stopped node's port.
    static int freePorts() throws IOException {
        for (int base = 12_000 + (int) (ProcessHandle.current().pid() % 100) * 100; base < 32_000; base += 100) {
            if (areFree(base)) {
                return base;
            }
        }
        throw new IOException("no thirty ports in a row are free between 12000 and 32000");
    }

    private static boolean areFree(int base) {
        for (int port = base; port < base + 30; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                socket.setReuseAddress(true);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    List<NodeEntry> nodes() {
        return file.read();
    }

    NodeEntry node(String name) {
        return file.read(name);
    }

    void kill(String name) {
        group.kill(name);
    }

    void start(String name) {
        group.start(name, List.of());
    }

    /// Starts a node without waiting for it.
    void launch(String name) {
        group.launch(name, List.of());
    }

    void awaitReady(String name) {
        group.awaitReady(name);
    }

    /// Asks the leader of a shard to hand it to another node, named by its id.
    void transferLeader(NodeEntry leader, String shard, String to) throws IOException, InterruptedException {
        String uri = "http://" + leader.admin() + "/admin/v1/shards/" + shard + ":transfer-leader";
        byte[] body = ("{\"to\":\"" + to + "\"}").getBytes(UTF_8);
        send(uri, "POST", body, Duration.ofSeconds(5)); // refused when it leads no longer: the caller looks again
    }

    /// Waits for a node's live probe to answer.
    ///
    /// @return when it did, on the clock of `System.nanoTime`
    long live(NodeEntry node) throws InterruptedException {
        long end = System.nanoTime() + START_NANOS_MAX;
        while (System.nanoTime() < end) {
            try {
                if (send("http://" + node.admin() + "/q/health/live", "GET", new byte[0], Duration.ofSeconds(1))
                                .statusCode()
                        == 200) {
                    return System.nanoTime();
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20); // not listening yet: ask again soon
            }
        }
        throw new AssertionError(node.name() + " did not answer its live probe within a minute");
    }

    /// Writes a key again and again until a node has acknowledged it.
    void putUntilAcknowledged(NodeEntry node, String key) throws InterruptedException {
        long end = System.nanoTime() + START_NANOS_MAX;
        while (System.nanoTime() < end) {
            try {
                if (send(node, "PUT", "/v1/keys/" + key + "?timeout=1s", key.getBytes(UTF_8), Duration.ofSeconds(3))
                                .statusCode()
                        < 300) {
                    return;
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20); // no answer: ask again soon
            }
        }
        throw new AssertionError(node.name() + " did not acknowledge a put of " + key + " within a minute");
    }

    /// Sends one request to the data port of a node.
    HttpResponse<byte[]> send(NodeEntry node, String method, String path, byte[] body, Duration timeout)
            throws IOException, InterruptedException {
        return send("http://" + node.http() + path, method, body, timeout);
    }

    private HttpResponse<byte[]> send(String uri, String method, byte[] body, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Content-Type", "application/json")
                .timeout(timeout)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        group.down();
        http.close();
    }
}
