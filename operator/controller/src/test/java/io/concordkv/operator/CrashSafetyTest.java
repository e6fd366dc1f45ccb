package io.concordkv.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.world.Stage;
import io.concordkv.operator.world.World;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The operator dies after its n-th write, for every n, and a new one takes over. It must always end
/// in the same state, with one cluster id and no node stopped without a reservation.
class CrashSafetyTest {
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
    void foundingSurvivesAnOperatorThatDiesAfterAnyWrite() {
        int writes = 1;
        while (diesWhileFounding(writes)) {
            writes++;
        }
        assertThat(writes).as("writes of a founding").isGreaterThan(10);
    }

    /// @return whether the first operator died before it was finished
    private static boolean diesWhileFounding(int writes) {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator(writes);
            stage.awaitThat("a death or the end", s -> s.gate().isDead() || s.holds("Ready"));
            boolean died = stage.gate().isDead();
            stage.killOperator();

            stage.startOperator();
            stage.awaitReady();
            assertThat(stage.nodes().foundedIds())
                    .as("after dying at write %d", writes)
                    .containsExactly(stage.cluster().recorded().clusterId());
            return died;
        }
    }

    @Test
    void aRollSurvivesAnOperatorThatDiesAfterAnyWrite() {
        try (Stage stage = world.stage("{}")) {
            stage.startOperator();
            stage.awaitReady();
            stage.killOperator();
            int writes = 1;
            boolean died = true;
            while (died) {
                String image = "concordkv/node:" + writes;
                stage.apply("{image: '" + image + "'}");
                stage.startOperator(writes);
                stage.awaitThat(
                        "a death or the end", s -> s.gate().isDead() || (s.allPodsRun(image) && s.holds("Ready")));
                died = stage.gate().isDead();
                stage.killOperator();

                stage.startOperator();
                stage.awaitThat("the roll", s -> s.allPodsRun(image) && s.holds("Ready"));
                stage.killOperator();
                assertThat(stage.nodes().violations())
                        .as("after dying at write %d", writes)
                        .isEmpty();
                writes++;
            }
            assertThat(stage.nodes().foundedIds()).hasSize(1);
            assertThat(writes).as("writes of a roll").isGreaterThan(15);
        }
    }
}
