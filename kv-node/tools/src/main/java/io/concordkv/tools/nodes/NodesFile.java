package io.concordkv.tools.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.JsonText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/// `nodes.json` of one directory. Commands may overlap: every change is made under a file lock and
/// replaces the file whole.
public final class NodesFile {
    /// File locks keep other programs out, not the threads of this one.
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path directory;

    public NodesFile(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    public Path directory() {
        return directory;
    }

    public boolean exists() {
        return Files.exists(file());
    }

    /// @throws CommandFailure when there is none, or it cannot be read
    public List<NodeEntry> read() {
        if (!exists()) {
            throw CommandFailure.refused("no nodes in " + directory + " (no nodes.json there)");
        }
        try {
            List<NodeEntry> found = new ArrayList<>();
            for (JsonNode node : JsonText.parse(Files.readAllBytes(file()))) {
                found.add(entry(node));
            }
            return found;
        } catch (IOException e) {
            throw CommandFailure.refused("cannot read " + file() + ": " + e.getMessage());
        }
    }

    /// @throws CommandFailure when there is no such node
    public NodeEntry read(String name) {
        return read().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> CommandFailure.refused("no node '" + name + "' in " + file()));
    }

    void write(List<NodeEntry> entries) {
        locked(() -> replace(entries));
    }

    void update(String name, UnaryOperator<NodeEntry> change) {
        locked(() -> replace(read().stream()
                .map(each -> each.name().equals(name) ? change.apply(each) : each)
                .toList()));
    }

    private interface Change {
        void make() throws IOException;
    }

    private void locked(Change change) {
        THREADS.lock();
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                            directory.resolve("nodes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                change.make();
            }
        } catch (IOException e) {
            throw CommandFailure.refused("cannot write " + file() + ": " + e);
        } finally {
            THREADS.unlock();
        }
    }

    private void replace(List<NodeEntry> entries) throws IOException {
        ArrayNode array = JsonText.array();
        for (NodeEntry entry : entries) {
            var node = array.addObject().put("name", entry.name());
            if (entry.pid().isPresent()) {
                node.put("pid", entry.pid().getAsLong());
            } else {
                node.putNull("pid");
            }
            node.put("http", entry.http())
                    .put("admin", entry.admin())
                    .put("peer", entry.peer())
                    .put("data", entry.data());
        }
        Path temporary = directory.resolve("nodes.json.new");
        Files.writeString(temporary, JsonText.pretty(array) + "\n", StandardCharsets.UTF_8);
        Files.move(temporary, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static NodeEntry entry(JsonNode node) {
        JsonNode pid = node.path("pid");
        return new NodeEntry(
                node.path("name").asText(),
                pid.isIntegralNumber() ? OptionalLong.of(pid.asLong()) : OptionalLong.empty(),
                node.path("http").asText(),
                node.path("admin").asText(),
                node.path("peer").asText(),
                node.path("data").asText());
    }

    private Path file() {
        return directory.resolve("nodes.json");
    }
}
