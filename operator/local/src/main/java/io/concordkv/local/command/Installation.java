package io.concordkv.local.command;

import io.concordkv.local.kubelet.ImageTable;
import io.concordkv.local.kubelet.ImageTable.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where the parts of this build are, and how they are run.
///
/// | system property          | default                                                        |
/// |--------------------------|----------------------------------------------------------------|
/// | `concord.home`           | the present directory; the top of the clone                    |
/// | `concord.local.node`     | command line of image `concordkv/node`; words between blanks   |
/// | `concord.local.operator` | command line of image `concordkv/operator`; `none` = run none  |
///
/// @param environment of image `concordkv/node`: how much memory Java takes, so that a pod can say otherwise
/// @param resources   YAML of the custom resource definitions
record Installation(
        Path home,
        List<String> node,
        Map<String, String> environment,
        List<String> operator,
        List<String> cli,
        Path resources) {
    private static final String NODE_FLAGS_FILE = "kv-node/server/jvm-flags";
    /// Written by the build beside an application that is started faster with it.
    private static final String AHEAD_OF_TIME_CACHE = "node.aot";

    private static final List<String> NODE_FLAGS =
            List.of("-XX:+UseSerialGC", "-Xmx192m", "-XX:+ExitOnOutOfMemoryError");

    /// On the command line it would win over what the environment of a pod asks for.
    private static final String HEAP_FLAG = "-Xmx";

    private static final List<String> OPERATOR_FLAGS =
            List.of("-XX:+UseSerialGC", "-Xmx192m", "-XX:TieredStopAtLevel=1");
    private static final List<String> COMMON_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    static Installation find() throws IOException {
        Path home =
                Path.of(System.getProperty("concord.home", "")).toAbsolutePath().normalize();
        return new Installation(
                home,
                command("concord.local.node", without(HEAP_FLAG, nodeFlags(home)), home.resolve("kv-node/server")),
                Map.of("JDK_JAVA_OPTIONS", String.join(" ", only(HEAP_FLAG, nodeFlags(home)))),
                command("concord.local.operator", OPERATOR_FLAGS, home.resolve("operator/controller")),
                commandLine(home.resolve("kv-node/tools/target")),
                home.resolve("crds/src/main/resources/crds"));
    }

    Path sample() {
        return home.resolve("k8s/samples/cluster.yaml");
    }

    boolean hasOperator() {
        return !operator.equals(List.of("none"));
    }

    ImageTable images() {
        return new ImageTable(Map.of(
                "concordkv/node", new Image(node, environment),
                "concordkv/operator", new Image(operator, Map.of()),
                "concordkv/cli", new Image(cli, Map.of())));
    }

    /// What is not built, for a message; empty when everything is there.
    List<String> missing() {
        var missing = new ArrayList<String>();
        for (var command : List.of(node, operator)) {
            String last = command.getLast();
            if (last.endsWith(".jar") && Files.notExists(Path.of(last))) {
                missing.add(last);
            }
        }
        return missing;
    }

    /// The flags of the image, one a line; `#` begins a comment.
    private static List<String> nodeFlags(Path home) throws IOException {
        Path file = home.resolve(NODE_FLAGS_FILE);
        if (Files.notExists(file)) {
            return NODE_FLAGS;
        }
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private static List<String> only(String prefix, List<String> flags) {
        return flags.stream().filter(flag -> flag.startsWith(prefix)).toList();
    }

    private static List<String> without(String prefix, List<String> flags) {
        return flags.stream().filter(flag -> !flag.startsWith(prefix)).toList();
    }

    /// Flags that let a JVM start from a class archive of its last run; it writes one when it ends.
    static List<String> archive(Path home) {
        Path target = home.resolve("operator/local/target");
        return Files.isDirectory(target)
                ? List.of(
                        "-XX:SharedArchiveFile=" + target.resolve("local.jsa"),
                        "-XX:+AutoCreateSharedArchive",
                        "-Xlog:cds=off",
                        "-Xlog:aot=off")
                : List.of();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// The command line as an image would run it; names are those of the pod's namespace.
    private static List<String> commandLine(Path target) throws IOException {
        Path libraries = target.resolve("class-path");
        String path = target.resolve("classes").toString();
        if (Files.exists(libraries)) {
            path += ":" + Files.readString(libraries).strip();
        }
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(OPERATOR_FLAGS);
        command.addAll(COMMON_FLAGS);
        command.addAll(List.of(
                "-Djdk.net.hosts.file=$(CONCORD_HOSTS_FILE)",
                "-Dvertx.disableDnsResolver=true",
                "-cp",
                path,
                "io.concordkv.tools.ConcordCommand"));
        return command;
    }

    private static List<String> command(String property, List<String> flags, Path module) {
        String given = System.getProperty(property, "");
        if (!given.isBlank()) {
            return List.of(given.strip().split(" +"));
        }
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(flags);
        command.addAll(COMMON_FLAGS);
        Path application = module.resolve("target/quarkus-app/quarkus-run.jar");
        Path cache = application.resolveSibling(AHEAD_OF_TIME_CACHE);
        if (Files.exists(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.add("-jar");
        command.add(application.toString());
        return command;
    }
}
