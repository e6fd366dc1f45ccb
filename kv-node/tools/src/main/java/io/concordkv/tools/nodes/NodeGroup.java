package io.concordkv.tools.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.base.ClusterId;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Progress;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The nodes of one directory: starts them, founds their cluster once, stops them. What it starts
/// outlives this program.
public final class NodeGroup {
    private static final long READY_MILLIS_MAX = 60_000;
    private static final long STOP_MILLIS_MAX = 60_000;
    /// A cluster that has just been founded learns to let nodes join within seconds.
    private static final long JOIN_MILLIS_MAX = 15_000;
    private static final long PORTS_MILLIS_MAX = 5_000;
    private static final long POLL_NANOS = 50_000_000;
    private static final int ASK_MILLIS = 2_000;
    private static final String ARGUMENTS_FILE = "nodes.arguments";

    private final NodesFile file;
    private final Progress progress;

    public NodeGroup(Path directory, Progress progress) {
        file = new NodesFile(directory);
        this.progress = progress;
    }

    /// Starts `count` nodes, founds a cluster when their volumes are new, and waits until all are ready.
    ///
    /// @param arguments JVM arguments for all of them, kept for later starts
    public List<NodeEntry> up(int count, int basePort, int shards, List<String> arguments) {
        if (file.exists()) {
            refuseWhatRuns();
        }
        List<NodeEntry> planned = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            planned.add(NodeEntry.planned(i, basePort, file.directory()));
        }
        planned.forEach(NodeGroup::checkPorts);
        file.write(planned);
        keepArguments(arguments);
        try {
            for (NodeEntry node : planned) {
                long pid = new NodeProcess(file.directory(), node).start(arguments);
                file.update(node.name(), each -> each.running(pid));
            }
            List<NodeEntry> started = file.read();
            found(started, shards);
            started.forEach(this::awaitReady);
            return started;
        } catch (CommandFailure e) {
            throw new CommandFailure(e.exitCode(), e.getMessage() + whatStillRuns());
        }
    }

    /// What a start that failed leaves behind, for its message; empty when nothing.
    private String whatStillRuns() {
        List<String> running = file.read().stream()
                .filter(node -> new NodeProcess(file.directory(), node).isRunning())
                .map(NodeEntry::name)
                .toList();
        return running.isEmpty()
                ? ""
                : "\n" + String.join(", ", running) + " still run" + (running.size() == 1 ? "s" : "")
                        + "; stop " + (running.size() == 1 ? "it" : "them") + " with: ./concord nodes down --dir "
                        + file.directory();
    }

    /// Starts one stopped node and waits until it is ready.
    public NodeEntry start(String name, List<String> arguments) {
        NodeEntry started = launch(name, arguments);
        awaitReady(started);
        return started;
    }

    /// Starts a stopped node without waiting for it.
    public NodeEntry launch(String name, List<String> arguments) {
        NodeEntry node = file.read(name);
        if (new NodeProcess(file.directory(), node).isRunning()) {
            throw CommandFailure.refused(
                    name + " runs already (process " + node.pid().getAsLong() + ")");
        }
        awaitPorts(node);
        List<String> all = new ArrayList<>(keptArguments());
        all.addAll(arguments);
        long pid = new NodeProcess(file.directory(), node).start(all);
        file.update(name, each -> each.running(pid));
        return node.running(pid);
    }

    /// Starts an empty node, lets it join the cluster of the others, and waits until it is ready.
    ///
    /// @param name a node of the file whose volume is empty; null for one more node
    public NodeEntry join(@Nullable String name) {
        NodeEntry node = name == null ? oneMore() : file.read(name);
        if (!new NodeProcess(file.directory(), node).isRunning()) {
            node = launch(node.name(), List.of());
        }
        JsonNode status = awaitStatus(node);
        String state = status.path("state").asText();
        if (!state.equals("empty")) {
            throw CommandFailure.refused(node.name() + " is " + state + "; only an empty node can join");
        }
        ObjectNode body = JsonText.object()
                .put("name", node.name())
                .put("volumeId", status.path("volumeId").asText())
                .put("address", node.peer())
                .put("zone", "");
        String self = node.name();
        List<NodeEntry> members = file.read().stream()
                .filter(it -> !it.name().equals(self) && new NodeProcess(file.directory(), it).isRunning())
                .toList();
        if (members.isEmpty()) {
            throw CommandFailure.refused("no other node of " + file.directory() + " runs; start one first");
        }
        until("joining", JOIN_MILLIS_MAX, new AdminClient(members.getFirst().admin()), "/admin/v1/nodes", body, false);
        awaitReady(node);
        return file.read(node.name());
    }

    private NodeEntry oneMore() {
        List<NodeEntry> nodes = new ArrayList<>(file.read());
        int basePort = NodeEntry.port(nodes.getFirst().http());
        NodeEntry added = NodeEntry.planned(nodes.size() + 1, basePort, file.directory());
        checkPorts(added);
        nodes.add(added);
        file.write(nodes);
        return added;
    }

    /// Waits until a started node is ready.
    ///
    /// @throws CommandFailure with the end of its log, when it has ended or a minute has passed
    public void awaitReady(String name) {
        awaitReady(file.read(name));
    }

    /// Asks a node to stop, which moves its leaders first, and waits until it is gone.
    public void stop(String name) {
        end(file.read(name), false);
    }

    /// Ends a node at once, as a crash would.
    public void kill(String name) {
        end(file.read(name), true);
    }

    /// Stops all of them together; the data stays.
    public void down() {
        List<NodeEntry> nodes = file.read();
        nodes.forEach(node -> new NodeProcess(file.directory(), node).signal(false));
        nodes.forEach(node -> end(node, false));
    }

    private void end(NodeEntry node, boolean forced) {
        NodeProcess process = new NodeProcess(file.directory(), node);
        process.signal(forced);
        boolean gone = waitFor("waiting for " + node.name() + " to stop", STOP_MILLIS_MAX, () -> !process.isRunning());
        if (!gone) {
            throw CommandFailure.refused(node.name() + " still runs after " + STOP_MILLIS_MAX / 1000
                    + " s; ./concord nodes kill " + node.name() + " ends it at once");
        }
        file.update(node.name(), NodeEntry::stopped);
    }

    private void refuseWhatRuns() {
        for (NodeEntry node : file.read()) {
            if (new NodeProcess(file.directory(), node).isRunning()) {
                throw CommandFailure.refused(node.name() + " of " + file.directory()
                        + " runs already; end it with: nodes down --dir " + file.directory());
            }
        }
    }

    /// Founds the cluster unless the volumes already belong to one. The same body may be sent again.
    private void found(List<NodeEntry> nodes, int shards) {
        ObjectNode body = JsonText.object();
        ArrayNode listed = JsonText.array();
        String clusterId = "";
        boolean founded = true;
        for (NodeEntry node : nodes) {
            JsonNode status = awaitStatus(node);
            String state = status.path("state").asText();
            founded &= !state.equals("empty") && !state.equals("prepared");
            clusterId = clusterId.isEmpty() ? status.path("clusterId").asText("") : clusterId;
            listed.addObject()
                    .put("name", node.name())
                    .put("volumeId", status.path("volumeId").asText())
                    .put("address", status.path("addresses").path("peer").asText(node.peer())) // as it is told
                    .put("zone", "");
        }
        if (founded) {
            return;
        }
        String id = clusterId.isEmpty() || clusterId.equals("null")
                ? new ClusterId(new SecureRandom().nextLong(), new SecureRandom().nextLong()).toString()
                : clusterId;
        body.put("clusterId", id)
                .put("replicationFactor", nodes.size() >= 3 ? 3 : 1)
                .put("shards", shards)
                .put("engine", "memory")
                .set("nodes", listed);
        bootstrap(nodes, body);
    }

    private void bootstrap(List<NodeEntry> nodes, ObjectNode body) {
        until(
                "founding the cluster",
                READY_MILLIS_MAX,
                new AdminClient(nodes.getFirst().admin()),
                "/admin/v1/bootstrap",
                body,
                true);
    }

    /// Posts again until it is done.
    ///
    /// @param strict whether an answer that is not retryable ends it at once
    private void until(String what, long millisMax, AdminClient admin, String path, ObjectNode body, boolean strict) {
        String[] last = {"no answer"};
        boolean done = waitFor(what, millisMax, () -> {
            try {
                AdminClient.Reply reply = admin.post(path, body);
                last[0] = reply.explanation();
                if (strict
                        && !reply.isSuccess()
                        && !reply.body().path("retryable").asBoolean(false)) {
                    throw CommandFailure.refused(what + ": refused: " + last[0]);
                }
                return reply.isSuccess();
            } catch (IOException e) {
                last[0] = String.valueOf(e.getMessage());
                return false;
            }
        });
        if (!done) {
            throw CommandFailure.refused(what + " is not done after " + millisMax / 1000 + " s: " + last[0]);
        }
    }

    private JsonNode awaitStatus(NodeEntry node) {
        JsonNode[] found = {JsonText.object()};
        AdminClient admin = new AdminClient(node.admin());
        boolean answered = waitFor(node.name() + " is starting", READY_MILLIS_MAX, () -> {
            requireRunning(node);
            try {
                AdminClient.Reply reply = admin.get("/admin/v1/node", ASK_MILLIS);
                found[0] = reply.body();
                return reply.isSuccess();
            } catch (IOException e) {
                return false;
            }
        });
        if (!answered) {
            throw notReady(node, "its admin port " + node.admin() + " does not answer");
        }
        return found[0];
    }

    private void awaitReady(NodeEntry node) {
        AdminClient admin = new AdminClient(node.admin());
        String[] why = {"its admin port does not answer"};
        boolean ready = waitFor(node.name() + " is not ready yet", READY_MILLIS_MAX, () -> {
            requireRunning(node);
            try {
                AdminClient.Reply reply = admin.get("/q/health/ready", ASK_MILLIS);
                why[0] = reply.body().toString();
                return reply.isSuccess();
            } catch (IOException e) {
                return false;
            }
        });
        if (!ready) {
            throw notReady(node, why[0]);
        }
    }

    private void requireRunning(NodeEntry node) {
        NodeProcess process = new NodeProcess(file.directory(), node);
        if (!process.isRunning()) {
            file.update(node.name(), NodeEntry::stopped);
            throw CommandFailure.refused(
                    node.name() + " has ended; the last lines of " + process.log() + ":\n" + process.logTail());
        }
    }

    private CommandFailure notReady(NodeEntry node, String why) {
        NodeProcess process = new NodeProcess(file.directory(), node);
        return CommandFailure.refused(node.name() + " is not ready after " + READY_MILLIS_MAX / 1000 + " s: " + why
                + "\nIt is left running; the last lines of " + process.log() + ":\n" + process.logTail());
    }

    /// @return whether the condition came true in time
    private boolean waitFor(String what, long millisMax, BooleanSupplier condition) {
        long deadline = System.nanoTime() + millisMax * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            progress.step(what);
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    private static void checkPorts(NodeEntry node) {
        takenPort(node).ifPresent(address -> {
            throw CommandFailure.refused(
                    "port " + address + " is taken; choose others with --base-port (three a node, ten apart)");
        });
    }

    /// A killed process counts as dead a moment before the last of its threads lets go of its ports.
    private void awaitPorts(NodeEntry node) {
        waitFor(
                "waiting for the ports of " + node.name(),
                PORTS_MILLIS_MAX,
                () -> takenPort(node).isEmpty());
        checkPorts(node);
    }

    private static Optional<String> takenPort(NodeEntry node) {
        for (String address : List.of(node.http(), node.admin(), node.peer())) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), NodeEntry.port(address)));
            } catch (IOException e) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    private void keepArguments(List<String> arguments) {
        try {
            Files.write(file.directory().resolve(ARGUMENTS_FILE), arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> keptArguments() {
        try {
            Path kept = file.directory().resolve(ARGUMENTS_FILE);
            return Files.exists(kept) ? Files.readAllLines(kept) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
