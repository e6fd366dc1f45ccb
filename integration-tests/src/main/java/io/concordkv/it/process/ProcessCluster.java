package io.concordkv.it.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Progress;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.nodes.NodeGroup;
import io.concordkv.tools.nodes.NodesFile;
import io.concordkv.tools.remote.AdminClient;
import io.concordkv.wire.TopologyJson;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Real node processes on loopback, ended with their owner. Thread-safe.
public final class ProcessCluster implements AutoCloseable {
    private static final long START_NANOS_MAX = 60_000_000_000L;
    private static final int ASK_MILLIS = 2_000;

    private final NodeGroup group;
    private final NodesFile file;
    private final List<NodeEntry> planned;
    private final Set<String> paused = ConcurrentHashMap.newKeySet();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMillis(500))
            .build();

    /// Three nodes.
    public ProcessCluster(Path directory, int shards) throws IOException {
        this(directory, 3, shards, List.of(), System.out);
    }

    /// @param arguments JVM arguments of all nodes, at every start
    /// @param progress  where a slow start is told
    public ProcessCluster(Path directory, int nodes, int shards, List<String> arguments, PrintStream progress)
            throws IOException {
        group = new NodeGroup(directory, new Progress(progress));
        file = new NodesFile(directory);
        try {
            planned = group.up(nodes, freePorts(), shards, arguments);
        } catch (CommandFailure failed) {
            if (file.exists()) {
                group.down();
            }
            throw failed;
        }
    }

    /// The first of forty ports, all free now and below those the system gives to outgoing connections:
    /// one of these could take a stopped node's port.
    public static int freePorts() throws IOException {
        for (int base = 12_000 + (int) (ProcessHandle.current().pid() % 100) * 100; base < 32_000; base += 100) {
            if (areFree(base)) {
                return base;
            }
        }
        throw new IOException("no forty ports in a row are free between 12000 and 32000");
    }

    private static boolean areFree(int base) {
        for (int port = base; port < base + 40; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                socket.setReuseAddress(true);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /// All nodes as they were planned: addresses and folders, which never change; no process ids.
    public List<NodeEntry> nodes() {
        return planned;
    }

    public NodeEntry node(String name) {
        return planned.stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no node " + name));
    }

    /// @return the process of a node; −1 while it is stopped
    public long pid(String name) {
        return file.read(name).pid().orElse(-1);
    }

    public Path data(String name) {
        return Path.of(node(name).data());
    }

    /// What the node has printed so far.
    public String log(String name) throws IOException {
        return Files.readString(file.directory().resolve(name + ".log"));
    }

    public boolean isRunning(String name) {
        long pid = pid(name);
        return pid > 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    public void kill(String name) {
        group.kill(name);
        paused.remove(name);
    }

    /// SIGKILL without waiting for the end; [#kill] then does.
    public void signalKill(String name) throws IOException, InterruptedException {
        signal("KILL", name);
    }

    /// Asks a node to stop, as a roll-out does, and waits until it is gone.
    public void stop(String name) {
        group.stop(name);
    }

    public void start(String name) {
        group.start(name, List.of());
    }

    /// Starts a node whose volume is empty and lets it join the others; ready when this returns.
    public void join(String name) {
        group.join(name);
    }

    /// Starts a node without waiting for it.
    public void launch(String name) {
        group.launch(name, List.of());
    }

    public void awaitReady(String name) {
        group.awaitReady(name);
    }

    /// SIGSTOP: the process stands still until [#resume].
    public void pause(String name) throws IOException, InterruptedException {
        paused.add(name);
        signal("STOP", name);
    }

    public void resume(String name) throws IOException, InterruptedException {
        signal("CONT", name);
        paused.remove(name);
    }

    private void signal(String signal, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid(name)))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " of " + name + " failed");
        }
    }

    public AdminClient admin(String name) {
        return new AdminClient(node(name).admin());
    }

    /// `GET /admin/v1/node` of a node.
    public JsonNode status(String name) throws IOException {
        return admin(name).get("/admin/v1/node", ASK_MILLIS).body();
    }

    /// The shard map as one node sees it.
    public TopologyMap topology(NodeEntry asked) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(asked, "GET", "/v1/topology", new byte[0], Duration.ofSeconds(5));
        if (answer.statusCode() != 200) {
            throw new IOException(asked.name() + " answered " + answer.statusCode() + " when asked for the shard map");
        }
        return TopologyJson.decode(answer.body());
    }

    /// Puts injected faults on a node (API §4, `PUT /faults`); an empty object heals.
    public void faults(String name, String json) throws IOException {
        AdminClient.Reply reply = admin(name).put("/admin/v1/faults", JsonText.parse(json.getBytes(UTF_8)));
        if (!reply.isSuccess()) {
            throw new IOException("PUT /faults of " + name + ": " + reply.explanation());
        }
    }

    /// Asks the leader of a shard to hand it to another node, named by its id.
    public void transferLeader(NodeEntry leader, String shard, String to) throws IOException, InterruptedException {
        String uri = "http://" + leader.admin() + "/admin/v1/shards/" + shard + ":transfer-leader";
        byte[] body = ("{\"to\":\"" + to + "\"}").getBytes(UTF_8);
        send(uri, "POST", body, Duration.ofSeconds(5)); // refused when it leads no longer: the caller looks again
    }

    /// Waits for a node's live probe to answer.
    ///
    /// @return when it did, on the clock of `System.nanoTime`
    public long live(NodeEntry node) throws InterruptedException {
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
    public void putUntilAcknowledged(NodeEntry node, String key) throws InterruptedException {
        long end = System.nanoTime() + START_NANOS_MAX;
        while (System.nanoTime() < end) {
            try {
                if (send(node, "PUT", "/v1/keys/" + key + "?timeout=1s", key.getBytes(UTF_8), Duration.ofSeconds(3))
                                .statusCode()
                        < 300) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20); // no answer: ask again soon
            }
        }
        throw new AssertionError(node.name() + " did not acknowledge a put of " + key + " within a minute");
    }

    /// Sends one request to the data port of a node.
    public HttpResponse<byte[]> send(NodeEntry node, String method, String path, byte[] body, Duration timeout)
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
        for (NodeEntry node : planned) { // data is thrown away: nothing is gained by a graceful end
            if (isRunning(node.name())) {
                group.kill(node.name());
            }
        }
        http.close();
    }
}
