package io.concordkv.it.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A network namespace that holds this program and its nodes and nothing else, so that the packet filter of the
/// machine stays as it is. Its only interface is loopback: node `i` reaches node `j` as `127.0.i.j`, which
/// its hosts file says; so every direction of every link has packets of its own.
public final class OwnNetwork {
    private static final String INSIDE = "CONCORD_FAULTS_OWN_NETWORK";
    private static final String TABLE = "inet concord_faults";

    private OwnNetwork() {}

    /// Whether this program runs in one already.
    public static boolean isInside() {
        return "yes".equals(System.getenv(INSIDE));
    }

    /// Whether one can be made: it takes Linux, root, unshare, ip and nft.
    public static boolean isPossible() throws InterruptedException {
        try {
            return run("unshare -n -m sh -c 'ip link set lo up && nft list ruleset'") == 0;
        } catch (IOException noShell) {
            return false;
        }
    }

    /// Runs a command inside a new one, with mounts of its own as well, and waits for it.
    ///
    /// @return its exit code
    public static int run(List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(
                List.of("unshare", "-n", "-m", "sh", "-c", "ip link set lo up && exec \"$@\"", "faults"));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all).inheritIO();
        builder.environment().put(INSIDE, "yes");
        return builder.start().waitFor();
    }

    /// What nodes are started with, so that their links can be told apart. Quarkus fills the names in.
    static List<String> arguments() {
        return List.of(
                "-Dconcord.bind=0.0.0.0",
                "-Dconcord.advertise=${concord.node.name}.peer",
                "-Dconcord.hosts-file=${concord.data.dir}.hosts");
    }

    /// Writes each node's hosts file, where [#arguments] has it.
    static void writeHosts(Path directory, int nodes) throws IOException {
        for (int i = 1; i <= nodes; i++) {
            StringBuilder hosts = new StringBuilder();
            for (int j = 1; j <= nodes; j++) {
                hosts.append("127.0.%d.%d n%d.peer%n".formatted(i, j, j));
            }
            Files.writeString(directory.resolve("n" + i + ".hosts"), hosts, StandardCharsets.UTF_8);
        }
    }

    /// Replaces what is dropped.
    ///
    /// @param lost percent by sender and receiver
    static void drop(Map<String, Map<String, Integer>> lost) throws IOException, InterruptedException {
        StringBuilder rules = new StringBuilder("table " + TABLE + " {}\ndelete table " + TABLE + "\n");
        rules.append("table " + TABLE + " {\n chain output {\n  type filter hook output priority 0;\n");
        lost.forEach((from, all) -> all.forEach((to, percent) -> {
            String share = percent >= 100 ? "" : " numgen random mod 100 < " + percent;
            String a = from.substring(1);
            String b = to.substring(1);
            rules.append("  ip daddr 127.0.%s.%s%s drop%n".formatted(a, b, share)); // dialled by the sender
            rules.append("  ip saddr 127.0.%s.%s%s drop%n".formatted(b, a, share)); // dialled by the receiver
        }));
        rules.append(" }\n}\n");
        Path file = Files.createTempFile("concord-faults", ".nft");
        try {
            Files.writeString(file, rules, StandardCharsets.UTF_8);
            if (run("nft -f " + file) != 0) {
                throw new IOException("nft refused: " + rules);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static int run(String shell) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", shell)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
