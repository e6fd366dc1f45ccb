package io.concordkv.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.operator.world.Stage;
import io.concordkv.operator.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The operator dies after its n-th write, for every n, and a new one takes over. It must always end
/// in the same state, with one cluster id and no node stopped without a reservation.
class CrashSafetyTest {
    /// A founding takes about 18 writes.
    private static final int FOUNDING_WRITES_MAX = 22;

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
        List<Integer> finished = IntStream.rangeClosed(1, FOUNDING_WRITES_MAX)
                .parallel()
                .filter(writes -> !diesWhileFounding(writes))
                .boxed()
                .toList();
        assertThat(finished)
                .as("every write of a founding was the last one once")
                .isNotEmpty()
                .allSatisfy(writes -> assertThat(writes).isGreaterThan(10));
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
                assertThat(stage.nodes().violations()).as("after dying at write %d", writes).isEmpty();
                writes++;
            }
            assertThat(stage.nodes().foundedIds()).hasSize(1);
            assertThat(writes).as("writes of a roll").isGreaterThan(15);
        }
    }
}
