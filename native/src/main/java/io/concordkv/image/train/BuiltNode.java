package io.concordkv.image.train;

import io.concordkv.image.JvmFlags;
import io.concordkv.server.training.TrainedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The node of this build, which others talk to while they are trained.
final class BuiltNode {
    private BuiltNode() {}

    /// @param home top of the clone
    static TrainedProgram of(Path home) throws IOException {
        Path application = home.resolve("kv-node/server/target/quarkus-app");
        TrainedProgram program = TrainedProgram.built(application, JvmFlags.of(home));
        Path cache = application.resolve("node.aot");
        return Files.exists(cache) ? program.with("-XX:AOTCache=" + cache) : program;
    }
}
