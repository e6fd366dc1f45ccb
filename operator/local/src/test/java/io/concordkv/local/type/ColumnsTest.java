package io.concordkv.local.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What columns are made of: paths and ages.
class ColumnsTest {
    private static String read(String path) {
        try {
            JsonNode tree = new YAMLMapper()
                    .readTree("{status: {conditions: [{type: A, status: 'False'}, {type: Ready, status: 'True'}],"
                            + " list: [x, y]}, metadata: {labels: {a.b/c: v}}}");
            return JsonPath.parse(path).read(tree).stream()
                    .map(JsonNode::asText)
                    .toList()
                    .toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pathsAsPrinterColumnsUseThem() {
        assertThat(read(".status.conditions[?(@.type==\"Ready\")].status")).isEqualTo("[True]");
        assertThat(read("{.status.conditions[?(@.type!='Ready')].status}")).isEqualTo("[False]");
        assertThat(read(".status.list[1]")).isEqualTo("[y]");
        assertThat(read(".status.list[*]")).isEqualTo("[x, y]");
        assertThat(read(".metadata.labels['a.b/c']")).isEqualTo("[v]");
        assertThat(read(".metadata.labels.a\\.b/c")).isEqualTo("[v]");
        assertThat(read(".missing.path")).isEqualTo("[]");
        assertThatThrownBy(() -> JsonPath.parse(".a[1:2]")).hasMessageContaining("[1:2]");
    }

    @Test
    void agesAreAsShortAsKubectlShowsThem() {
        assertThat(Ages.of(Duration.ofSeconds(0))).isEqualTo("0s");
        assertThat(Ages.of(Duration.ofSeconds(119))).isEqualTo("119s");
        assertThat(Ages.of(Duration.ofSeconds(250))).isEqualTo("4m10s");
        assertThat(Ages.of(Duration.ofMinutes(30))).isEqualTo("30m");
        assertThat(Ages.of(Duration.ofMinutes(185))).isEqualTo("3h5m");
        assertThat(Ages.of(Duration.ofHours(30))).isEqualTo("30h");
        assertThat(Ages.of(Duration.ofHours(50))).isEqualTo("2d2h");
        assertThat(Ages.of(Duration.ofDays(400))).isEqualTo("400d");
        assertThat(Ages.of(Duration.ofDays(800))).isEqualTo("2y70d");
        assertThat(Ages.since("", Instant.EPOCH)).isEqualTo("<unknown>");
        assertThat(Ages.since("1970-01-01T00:00:00Z", Instant.ofEpochSecond(5))).isEqualTo("5s");
    }
}
