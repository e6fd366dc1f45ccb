package io.concordkv.image.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run leaves behind.
class WorkFolderTest {
    @TempDir
    Path parent;

    @Test
    void nothingIsLeftOfARunThatEnds() throws IOException {
        try (var folder = WorkFolder.in(parent, ".node-")) {
            Files.writeString(folder.path().resolve("large"), "x");
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void nothingIsLeftOfARunThatIsInterrupted() throws Exception {
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Interrupted.class.getName(),
                        parent.toString())
                .redirectErrorStream(true)
                .start();
        try (var output = run.inputReader()) {
            ProcessHandle child = ProcessHandle.of(Long.parseLong(output.readLine()))
                    .orElseThrow(() -> new AssertionError("its program is not there"));
            run.destroy();
            assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
            child.onExit().get(10, TimeUnit.SECONDS);
            assertThat(parent).isEmptyDirectory();
        } finally {
            run.destroyForcibly();
        }
    }

    /// A build in the middle of its work: it prints the number of the program it has started.
    static final class Interrupted {
        public static void main(String[] arguments) throws Exception {
            try (var folder = WorkFolder.in(Path.of(arguments[0]), ".node-")) {
                Files.writeString(folder.path().resolve("large"), "x");
                Process program = new ProcessBuilder("sleep", "60").start();
                System.out.println(program.pid());
                program.waitFor();
            }
        }
    }
}
