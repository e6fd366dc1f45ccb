package io.concordkv.image.train;

import io.concordkv.server.training.TrainedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The node of this build, which others talk to while they are trained.
final class BuiltNode {
    private BuiltNode() {}

    /// @param home top of the clone
    static TrainedProgram of(Path home) throws IOException {
        List<String> flags = Files.readAllLines(home.resolve("kv-node/server/jvm-flags")).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        Path application = home.resolve("kv-node/server/target/quarkus-app");
        TrainedProgram program = TrainedProgram.built(application, flags);
        Path cache = application.resolve("node.aot");
        return Files.exists(cache) ? program.with("-XX:AOTCache=" + cache) : program;
    }
}
