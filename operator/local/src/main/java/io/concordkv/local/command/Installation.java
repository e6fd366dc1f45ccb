package io.concordkv.local.command;

import io.concordkv.local.kubelet.ImageTable;
import io.concordkv.local.kubelet.ImageTable.Image;
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
/// @param resources YAML of the custom resource definitions
record Installation(Path home, List<String> node, List<String> operator, Path resources) {
    private static final List<String> NODE_FLAGS = List.of(
            "-XX:+UseSerialGC", "-Xmx192m", "-XX:MaxDirectMemorySize=192m", "-XX:TieredStopAtLevel=4", "-Xshare:auto");
    private static final List<String> OPERATOR_FLAGS =
            List.of("-XX:+UseSerialGC", "-Xmx192m", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    private static final List<String> COMMON_FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    static Installation find() {
        Path home =
                Path.of(System.getProperty("concord.home", "")).toAbsolutePath().normalize();
        return new Installation(
                home,
                command("concord.local.node", NODE_FLAGS, home.resolve("kv-node/server")),
                command("concord.local.operator", OPERATOR_FLAGS, home.resolve("operator/controller")),
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
                "concordkv/node", new Image(node, Map.of()), "concordkv/operator", new Image(operator, Map.of())));
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

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
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
        command.add("-jar");
        command.add(module.resolve("target/quarkus-app/quarkus-run.jar").toString());
        return command;
    }
}
