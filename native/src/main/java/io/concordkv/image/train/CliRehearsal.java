package io.concordkv.image.train;

import io.concordkv.server.training.TrainedNode;
import io.concordkv.server.training.TrainedProgram;
import io.concordkv.server.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A session of the shell against a node: it uses what `kv` and `admin` use, in the one process that a
/// cache can be recorded from. The check asks for a key with `kv get`, as pods do.
final class CliRehearsal implements Rehearsal {
    private static final String SESSION = """
            SET greeting hello
            GET greeting
            GET nothing
            COUNT
            SCAN
            STATUS
            ENGINE
            DEL nothing
            QUIT
            """;
    private static final int PATIENCE_SECONDS = 180;

    private final TrainedNode node;
    private final Path folder;

    private CliRehearsal(TrainedNode node, Path folder) {
        this.node = node;
        this.folder = folder;
    }

    /// @param home top of the clone
    static CliRehearsal start(Path home, Path folder) throws IOException {
        return new CliRehearsal(TrainingRun.founded(BuiltNode.of(home), folder), folder);
    }

    @Override
    public void record(TrainedProgram program, Path cache) throws IOException {
        String output = run(
                program.recording(cache),
                folder,
                List.of("shell", "--endpoint", node.dataAddress(), "--admin", node.adminAddress()),
                SESSION);
        if (!output.contains("hello") || Files.notExists(cache)) {
            throw new IOException("the command line was not trained: " + output);
        }
    }

    @Override
    public void check(TrainedProgram demanding, Place place) throws IOException {
        String output =
                run(demanding, place.folder(), List.of("kv", "get", "greeting", "--endpoint", node.dataAddress()), "");
        if (!output.contains("hello")) {
            throw new IOException("kv get printed: " + output);
        }
    }

    private static String run(TrainedProgram program, Path folder, List<String> arguments, String input)
            throws IOException {
        Path output = folder.resolve("output");
        Path typed = Files.writeString(folder.resolve("input"), input);
        Process process = program.process(List.of(), arguments)
                .redirectInput(typed.toFile())
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(
                        "concord " + String.join(" ", arguments) + " failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }

    @Override
    public void close() {
        node.close();
    }
}
