package io.concordkv.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The committed YAML is exactly what the model says. After a wanted change of the model:
/// `./mvnw -pl crds test -Dtest=CrdDriftTest -Dcrd.write=true`.
class CrdDriftTest {
    private static final Path COMMITTED = Path.of("src/main/resources/crds/concordclusters.concordkv.io.yaml");
    private static final List<String> COLUMNS =
            List.of("Ready", "Quorate", "Nodes", "Shards", "Version", "Action", "Age");

    /// `kubectl apply` keeps the object in an annotation of at most 262,144 bytes; we stay well below.
    private static final int BYTES_MAX = 200_000;

    @Test
    void theCommittedYamlIsWhatTheModelSays() throws IOException {
        String generated = CrdYaml.of(ConcordCluster.class, COLUMNS);
        if (Boolean.getBoolean("crd.write")) {
            Files.createDirectories(COMMITTED.getParent());
            Files.writeString(COMMITTED, generated);
        }
        assertThat(Files.readString(COMMITTED)).isEqualTo(generated);
    }

    @Test
    void itFitsIntoPlainKubectlApply() throws IOException {
        assertThat(Files.size(COMMITTED)).isLessThan(BYTES_MAX);
    }
}
