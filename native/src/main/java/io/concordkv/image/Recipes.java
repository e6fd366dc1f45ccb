package io.concordkv.image;

import io.concordkv.image.ImageRecipe.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The three images of this build.
final class Recipes {
    /// Read by the `java` launcher before the command line, so that a pod may choose its heap.
    private static final String OPTIONS = "JDK_JAVA_OPTIONS";
    /// What the libraries of a Quarkus process refer to and use; found with jdeps, proven by the training runs.
    private static final List<String> SERVER_MODULES = List.of(
            "java.base",
            "java.logging",
            "java.management",
            "java.naming",
            "java.sql",
            "java.xml",
            "jdk.management",
            "jdk.net",
            "jdk.unsupported");
    /// It calls the admin ports of nodes with the JDK's own client.
    private static final List<String> OPERATOR_MODULES = join(SERVER_MODULES, List.of("java.net.http"));
    private static final List<String> CLI_MODULES = List.of(
            "java.base", "java.logging", "java.management", "java.naming", "java.sql", "java.xml", "jdk.unsupported");
    private static final List<String> ACCESS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    private static final Map<String, String> EVERYWHERE = Map.of("LANG", "C.UTF-8", "HOME", "/tmp");

    private Recipes() {}

    /// @param home top of the clone
    static ImageRecipe of(Kind kind, Path home) throws IOException {
        return switch (kind) {
            case NODE -> node(JvmFlags.of(home));
            case OPERATOR -> operator();
            case CLI -> commandLine();
        };
    }

    /// @param flags that every node is started with
    static ImageRecipe node(List<String> flags) {
        List<String> heap = flags.stream().filter(Recipes::isHeap).toList();
        return new ImageRecipe(
                Kind.NODE,
                "ConcordKV node",
                "One node of a strongly consistent, sharded key-value store",
                SERVER_MODULES,
                flags.stream().filter(flag -> !isHeap(flag)).toList(),
                "quarkus-run.jar",
                with(EVERYWHERE, Map.of(OPTIONS, String.join(" ", heap), "CONCORD_DATA_DIR", ImageRecipe.DATA)),
                List.of(8080, 9000, 7070));
    }

    static ImageRecipe operator() {
        return new ImageRecipe(
                Kind.OPERATOR,
                "ConcordKV operator",
                "Turns ConcordCluster resources into running clusters",
                OPERATOR_MODULES,
                join(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"), ACCESS),
                "quarkus-run.jar",
                with(EVERYWHERE, Map.of(OPTIONS, "-Xmx192m", "CONCORD_OPERATOR_HOST", "0.0.0.0")),
                List.of(9000));
    }

    /// Warnings of its JVM go to standard error: standard output is the answer.
    static ImageRecipe commandLine() {
        return new ImageRecipe(
                Kind.CLI,
                "ConcordKV command line",
                "concord kv, admin, shell and wal",
                CLI_MODULES,
                join(
                        List.of(
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "-Xlog:disable",
                                "-Xlog:all=warning:stderr"),
                        ACCESS),
                "concord.jar",
                EVERYWHERE,
                List.of());
    }

    private static boolean isHeap(String flag) {
        return flag.startsWith("-Xmx");
    }

    private static List<String> join(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        var all = new java.util.TreeMap<>(some);
        all.putAll(more);
        return all;
    }
}
