package io.concordkv.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// What a native-image compiler would be given: made by Quarkus without such a compiler, and checked to
/// hold what the executable could not run without.
///
/// @param module    folder in the clone
/// @param arguments that the compiler must get
/// @param entries   that the runner jar must have
record NativeSources(String module, List<String> arguments, List<String> entries) {
    /// Another build may have to end first; the libraries may have to be fetched.
    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(30);

    private static final String METADATA = "META-INF/native-image/";

    static final List<NativeSources> ALL = List.of(
            new NativeSources(
                    "kv-node/server",
                    List.of("-H:+SharedArenaSupport", "--enable-native-access=ALL-UNNAMED"),
                    List.of(
                            METADATA + "io.concordkv/concordkv-server/reachability-metadata.json",
                            "io/concordkv/server/NodeProcess.class")),
            new NativeSources(
                    "operator/controller",
                    List.of("--enable-native-access=ALL-UNNAMED"),
                    List.of("io/concordkv/operator/ConcordClusterReconciler.class")));

    /// Runs the build of both modules with the Maven wrapper, and no other build here at the same time.
    static void build(Path home) throws IOException {
        Path lock = Files.createDirectories(home.resolve("target")).resolve("concord.lock");
        Programs.output(command(home, lock, System.getenv().getOrDefault("PATH", "")), BUILD_PATIENCE);
    }

    /// @param lock what `./concord` locks while it builds; it builds without where there is no flock, too
    static List<String> command(Path home, Path lock, String path) {
        var command = new ArrayList<String>();
        if (Stream.of(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, "flock")))) {
            command.addAll(List.of("flock", lock.toString()));
        }
        command.addAll(List.of(home.resolve("mvnw").toString(), "-B", "-q", "-f", home.toString()));
        command.addAll(List.of("package", "-T2", "-Dmaven.test.skip=true", "-Dconcord.training.skip=true"));
        command.addAll(List.of("-Dquarkus.native.enabled=true", "-Dquarkus.native.sources-only=true"));
        command.addAll(List.of("-Dquarkus.package.jar.enabled=false", "-am", "-pl"));
        command.add(String.join(",", ALL.stream().map(NativeSources::module).toList()));
        return command;
    }

    Path folder(Path home) {
        return home.resolve(module).resolve("target/native-sources");
    }

    /// What is missing, in words; empty when all is there.
    List<String> problems(Path folder) throws IOException {
        var problems = new ArrayList<String>();
        Path arguments = folder.resolve("native-image.args");
        String given = Files.exists(arguments) ? Files.readString(arguments) : "";
        this.arguments.stream()
                .filter(wanted -> !given.contains(wanted))
                .forEach(wanted -> problems.add(arguments + " lacks " + wanted));
        List<Path> runners;
        try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
            runners = files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .toList();
        }
        if (runners.size() != 1
                || !given.contains(runners.getFirst().getFileName().toString())) {
            problems.add(folder + ": want one runner jar that the arguments name, found " + runners);
            return problems;
        }
        try (JarFile runner = new JarFile(runners.getFirst().toFile())) {
            entries.stream()
                    .filter(wanted -> runner.getEntry(wanted) == null)
                    .forEach(wanted -> problems.add(runner.getName() + " lacks " + wanted));
            if (!hasGeneratedMetadata(runner)) {
                problems.add(runner.getName() + " has no generated reachability metadata");
            }
        }
        return problems;
    }

    /// Quarkus writes what is reached by reflection for the application as a whole.
    private static boolean hasGeneratedMetadata(JarFile runner) throws IOException {
        for (var entry : runner.stream()
                .filter(each -> each.getName().matches(METADATA + "(reflect-config|reachability-metadata)\\.json"))
                .toList()) {
            String text = new String(runner.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
            if (text.contains("io.quarkus.runner.ApplicationImpl")) {
                return true;
            }
        }
        return false;
    }
}
