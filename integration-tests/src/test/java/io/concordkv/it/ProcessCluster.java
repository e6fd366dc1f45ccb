package io.concordkv.it;

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

/// Three real node processes on loopback, ended with the test.
final class ProcessCluster implements AutoCloseable {
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
    private static int freePorts() throws IOException {
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

    void kill(String name) {
        group.kill(name);
    }

    void start(String name) {
        group.start(name, List.of());
    }

    /// Sends one request to the data port of a node.
    HttpResponse<byte[]> send(NodeEntry node, String method, String path, byte[] body, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + node.http() + path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
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
