package io.concordkv.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.world.Stage;
import io.concordkv.operator.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole operator against the local API server, with pods that are only status.
class ReconcilerTest {
    private static World world;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        world = new World(directory);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void foundsAClusterOfThree() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();

            var status = stage.cluster().getStatus();
            assertThat(status.clusterId()).matches("[0-9a-f]{32}");
            assertThat(status.bootstrapped()).isTrue();
            assertThat(status.members())
                    .extracting(m -> m.name() + " " + m.nodeId() + " " + m.state())
                    .containsExactly("demo-a-0 1 serving", "demo-a-1 2 serving", "demo-a-2 3 serving");
            assertThat(status.summary().nodes()).isEqualTo("3/3");
            assertThat(status.shards().total()).isEqualTo(8);
            assertThat(stage.holds("Quorate")).isTrue();
            assertThat(stage.holds("Stalled")).isFalse();
            assertThat(stage.nodes().foundedIds()).isEqualTo(Set.of(status.clusterId()));
        }
    }
}
