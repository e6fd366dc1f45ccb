package io.concordkv.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that end, fail, and do not end.
@Timeout(30)
class ProgramsTest {
    @Test
    void oneThatDoesNotEndIsEnded() {
        assertThatThrownBy(() -> Programs.output(
                        List.of("sh", "-c", "echo before; sleep 60; echo after"), Duration.ofMillis(500)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not end")
                .hasMessageContaining("before");
    }

    @Test
    void oneThatFailsTellsWhy() {
        assertThatThrownBy(() -> Programs.output(List.of("sh", "-c", "echo reason >&2; exit 3")))
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("reason");
    }

    @Test
    void whatItLeftBehindIsNotWaitedFor() throws IOException {
        assertThat(Programs.output(List.of("sh", "-c", "sleep 40 & echo done"))).isEqualTo("done\n");
    }

    @Test
    void theBuildOfNativeSourcesTakesTheLockOfTheClone(@TempDir Path folder) throws IOException {
        Path flock = folder.resolve("flock");
        Files.writeString(flock, "");
        assertThat(flock.toFile().setExecutable(true)).isTrue();
        Path lock = Path.of("/clone/target/concord.lock");
        assertThat(NativeSources.command(Path.of("/clone"), lock, "/absent:" + folder))
                .startsWith("flock", lock.toString(), "/clone/mvnw");
        assertThat(NativeSources.command(Path.of("/clone"), lock, "/absent")).startsWith("/clone/mvnw");
    }
}
