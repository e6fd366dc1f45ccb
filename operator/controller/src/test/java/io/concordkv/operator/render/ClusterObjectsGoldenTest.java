package io.concordkv.operator.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.concordkv.crds.ConcordCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rendered objects, byte for byte. After a wanted change:
/// `./mvnw -pl operator/controller -am test -Dtest=ClusterObjectsGoldenTest -Dgolden.write=true`;
/// a change of the pod template restarts the nodes of every cluster once.
class ClusterObjectsGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @ValueSource(strings = {"three-nodes", "single-node", "with-settings", "with-limit"})
    void renderedObjectsAreTheGoldenOnes(String name) throws IOException {
        ConcordCluster cluster = cluster(name);
        OptionalInt budget = cluster.getSpec().nodes() >= 3 ? OptionalInt.of(1) : OptionalInt.empty();
        String rendered = yaml(ClusterObjects.of(cluster, cluster.getSpec().nodes(), budget));
        Path golden = GOLDEN.resolve(name + ".objects.yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, rendered);
        }
        assertThat(rendered).isEqualTo(Files.readString(golden));
    }

    @Test
    void settingsBecomeEnvironmentNamesAsMicroProfileConfigReadsThem() {
        assertThat(NodeContainer.environmentName("concord.wal.segment-bytes")).isEqualTo("CONCORD_WAL_SEGMENT_BYTES");
    }

    private static ConcordCluster cluster(String name) throws IOException {
        ConcordCluster cluster =
                Serialization.unmarshal(Files.readString(GOLDEN.resolve(name + ".yaml")), ConcordCluster.class);
        cluster.getMetadata().setNamespace("databases");
        cluster.getMetadata().setUid("00000000-0000-0000-0000-000000000001");
        return cluster;
    }

    private static String yaml(List<HasMetadata> objects) {
        var text = new StringBuilder();
        objects.forEach(o -> text.append(Serialization.asYaml(o)));
        return text.toString();
    }
}
