package io.concordkv.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plays every file of src/test/resources/scenario. `-Dscenario.rewrite=true` writes down what happens now
/// instead of comparing; read the difference before committing it.
class ScenarioTest {
    private static final Path FOLDER = Path.of("src/test/resources/scenario");

    static Stream<Path> scenarios() throws IOException {
        return Files.list(FOLDER).sorted();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void happensAsWritten(Path file) throws IOException {
        String written = Files.readString(file);
        String played = Scenario.play(written);
        if (Boolean.getBoolean("scenario.rewrite")) {
            Files.writeString(file, played);
        } else {
            assertThat(played).isEqualTo(written);
        }
    }
}
