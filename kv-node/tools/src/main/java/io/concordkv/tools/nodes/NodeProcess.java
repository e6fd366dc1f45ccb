package io.concordkv.tools.nodes;

import io.concordkv.tools.console.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One node as an operating system process, detached from this one: it has a session of its own, so
/// neither Ctrl-C nor a closed terminal reaches it. Its output goes to `DIR/<name>.log`.
final class NodeProcess {
    /// Where the flags of the images stand, one a line; the same node, the same flags.
    private static final String FLAGS_FILE = "kv-node/server/jvm-flags";

    private static final String APPLICATION = "kv-node/server/target/quarkus-app/quarkus-run.jar";
    /// Written by the build beside the application; a node starts three times faster with it.
    private static final String AHEAD_OF_TIME_CACHE = "node.aot";

    private static final List<String> FLAGS_DEFAULT = List.of(
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    private static final int LOG_TAIL_LINES = 12;

    private final Path directory;
    private final NodeEntry node;

    NodeProcess(Path directory, NodeEntry node) {
        this.directory = directory;
        this.node = node;
    }

    Path log() {
        return directory.resolve(node.name() + ".log");
    }

    /// @param arguments further JVM arguments, `-Dname=value`
    /// @return its process id
    long start(List<String> arguments) {
        try {
            Files.createDirectories(Path.of(node.data()));
            Process process = new ProcessBuilder(command(arguments))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .redirectErrorStream(true)
                    .start();
            return process.pid();
        } catch (IOException e) {
            throw CommandFailure.refused("cannot start " + node.name() + ": " + e.getMessage());
        }
    }

    private List<String> command(List<String> arguments) throws IOException {
        Path home = Path.of(System.getProperty("concord.home", "."));
        Path application = home.resolve(APPLICATION);
        if (!Files.exists(application)) {
            throw CommandFailure.refused("the node is not built: " + application + " is missing");
        }
        List<String> command = new ArrayList<>();
        Path setsid = Path.of("/usr/bin/setsid");
        if (Files.isExecutable(setsid)) {
            command.add(setsid.toString());
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path flags = home.resolve(FLAGS_FILE);
        command.addAll(Files.exists(flags) ? readFlags(flags) : FLAGS_DEFAULT);
        Path cache = application.resolveSibling(AHEAD_OF_TIME_CACHE);
        if (Files.exists(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.add("-Dconcord.node.name=" + node.name());
        command.add("-Dconcord.data.dir=" + node.data());
        command.add("-Dconcord.bind=127.0.0.1");
        command.add("-Dconcord.advertise=127.0.0.1");
        command.add("-Dconcord.http.port=" + NodeEntry.port(node.http()));
        command.add("-Dconcord.admin.port=" + NodeEntry.port(node.admin()));
        command.add("-Dconcord.peer.port=" + NodeEntry.port(node.peer()));
        command.addAll(arguments);
        command.add("-jar");
        command.add(application.toString());
        return command;
    }

    private static List<String> readFlags(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    /// Alive and this node: a zombie is dead, and a process id may have been given to another program.
    boolean isRunning() {
        if (node.pid().isEmpty()) {
            return false;
        }
        Path process = Path.of("/proc/" + node.pid().getAsLong());
        if (!Files.exists(Path.of("/proc/self/stat"))) {
            return ProcessHandle.of(node.pid().getAsLong())
                    .map(ProcessHandle::isAlive)
                    .orElse(false);
        }
        try {
            String stat = Files.readString(process.resolve("stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            String commandLine = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
            // It is empty for a moment while setsid makes place for java.
            boolean isNode = commandLine.isEmpty() || commandLine.contains("concord.data.dir=" + node.data());
            return state != 'Z' && state != 'X' && isNode;
        } catch (IOException gone) {
            return false;
        }
    }

    /// SIGTERM, or SIGKILL when forced.
    void signal(boolean forced) {
        Optional<ProcessHandle> handle =
                isRunning() ? ProcessHandle.of(node.pid().orElse(-1)) : Optional.empty();
        handle.ifPresent(each -> {
            boolean asked = forced ? each.destroyForcibly() : each.destroy();
            if (!asked && each.isAlive()) {
                throw CommandFailure.refused("the process " + each.pid() + " of " + node.name() + " takes no signal");
            }
        });
    }

    /// The last lines of the log, to say why a node does not run.
    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}
