package io.concordkv.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The tables of good and bad resources are well formed. They are sent to an API server in the
/// operator's tests and in the conformance suite.
class ResourceTableTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void atLeastTwentyRefusalsNameWhatTheyExpect() {
        List<JsonNode> rows = rows("/resources/invalid.yaml");
        assertThat(rows).hasSizeGreaterThanOrEqualTo(20);
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.path("expect").asText()).isNotBlank());
        namesAreUnique(rows);
    }

    @Test
    void atLeastTenGoodResourcesReadIntoTheModel() {
        List<JsonNode> rows = rows("/resources/valid.yaml");
        assertThat(rows).hasSizeGreaterThanOrEqualTo(10);
        assertThat(rows)
                .allSatisfy(row -> assertThat(
                                Serialization.unmarshal(row.get("resource").toString(), ConcordCluster.class)
                                        .getSpec()
                                        .nodes())
                        .isPositive());
        namesAreUnique(rows);
    }

    @Test
    void anAbsentFieldReadsAsItsDefault() {
        ConcordCluster cluster = Serialization.unmarshal("{\"spec\":{}}", ConcordCluster.class);
        assertThat(cluster.getSpec()).isEqualTo(ConcordClusterSpec.DEFAULT);
        assertThat(cluster.getSpec().storage().size()).isEqualTo("1Gi");
        assertThat(cluster.recorded()).isEqualTo(ConcordClusterStatus.NONE);
    }

    @Test
    void aNewObjectClaimsNoFields() {
        assertThat(Serialization.asJson(new ConcordCluster())).doesNotContain("spec", "status");
    }

    private static void namesAreUnique(List<JsonNode> rows) {
        var seen = new HashSet<String>();
        assertThat(rows)
                .allSatisfy(
                        row -> assertThat(seen.add(row.path("name").asText())).isTrue());
    }

    private static List<JsonNode> rows(String resource) {
        try (var stream = Objects.requireNonNull(ResourceTableTest.class.getResourceAsStream(resource))) {
            var rows = new ArrayList<JsonNode>();
            YAML.readTree(stream).forEach(rows::add);
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
