package io.concordkv.it.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A local Kubernetes that does not start.
class LocalEndpointTest {
    @TempDir
    Path home;

    @Test
    void whatHasStartedOfItIsStopped() throws IOException {
        Path calls = home.resolve("calls");
        Files.writeString(home.resolve("concord"), """
                echo "$1" >>'%s'
                [ "$1" = down ] || { echo 'no port is free'; exit 1; }
                """.formatted(calls));
        assertThatThrownBy(() -> LocalEndpoint.start(home, home.resolve("cluster")))
                .hasMessageContaining("no port is free");
        assertThat(Files.readAllLines(calls)).containsExactly("up", "down");
    }
}
