package io.concordkv.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.concordkv.server.admin.AdminCatalog;
import io.concordkv.wire.Limits;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.RequestTarget;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The OpenAPI document says what the node does, no more and no less.
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "delete");
    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("ttl", "30s"),
            Map.entry("timeout", "2s"),
            Map.entry("consistency", "any"),
            Map.entry("prefix", "a"),
            Map.entry("start", "a"),
            Map.entry("end", "b"),
            Map.entry("all", "true"),
            Map.entry("limit", "1000"),
            Map.entry("reverse", "true"),
            Map.entry("keys-only", "true"),
            Map.entry("count-only", "true"),
            Map.entry("cursor", "AAAA"),
            Map.entry("encoding", "base64"),
            Map.entry("after", "1"),
            Map.entry("wait", "1s"));

    private static JsonNode document;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream yaml = NodeProcess.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            document = new YAMLMapper().readTree(yaml);
        }
    }

    private static Map<String, JsonNode> operations(boolean admin) {
        Map<String, JsonNode> operations = new TreeMap<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(each -> {
                    if (METHODS.contains(each.getKey()) && path.getKey().startsWith("/admin/") == admin) {
                        operations.put(each.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), each.getValue());
                    }
                }));
        return operations;
    }

    private static JsonNode resolve(JsonNode node) {
        JsonNode reference = node.get("$ref");
        return reference == null ? node : document.at(reference.asText().substring(1));
    }

    private static Set<String> query(JsonNode operation) {
        Set<String> names = new TreeSet<>();
        operation.path("parameters").forEach(it -> {
            JsonNode parameter = resolve(it);
            assertThat(parameter.isMissingNode()).as(it.toString()).isFalse();
            if (parameter.get("in").asText().equals("query")) {
                names.add(parameter.get("name").asText());
            }
        });
        return names;
    }

    @Test
    void theAdminApiIsDescribedAsItIsServed() {
        Map<String, JsonNode> described = operations(true);
        assertThat(described.keySet())
                .containsExactlyInAnyOrderElementsOf(AdminCatalog.calls().keySet());
        AdminCatalog.calls().forEach((name, call) -> {
            JsonNode operation = described.get(name);
            assertThat(query(operation)).as(name).isEqualTo(call.query());
            JsonNode body = resolve(operation.path("requestBody").at("/content/application~1json/schema"));
            Set<String> fields = new TreeSet<>();
            body.path("properties").fieldNames().forEachRemaining(fields::add);
            if (!name.equals("PUT /admin/v1/faults") || !fields.isEmpty()) {
                assertThat(fields).as(name).isEqualTo(call.fields());
            }
        });
    }

    @Test
    void everyDescribedCallOfTheDataPortIsServedWithItsParameters() {
        operations(false).forEach((name, operation) -> {
            String method = name.substring(0, name.indexOf(' '));
            String path = name.substring(name.indexOf(' ') + 1)
                    .replace("{keyspace}", "orders")
                    .replace("{key}", "a/b");
            boolean range = method.equals("DELETE") && path.endsWith("/keys");
            for (String parameter : query(operation)) {
                String companion = parameter.equals("wait") ? "after=1&" : "";
                boolean alone = Set.of("all", "prefix", "start", "end").contains(parameter);
                String range2 = range && !alone ? "all=true&" : "";
                String uri = path + "?" + companion + range2 + parameter + "=" + EXAMPLES.get(parameter);
                assertThat(RequestTarget.parse(method, uri, Limits.DEFAULT))
                        .as(uri)
                        .isNotNull();
            }
        });
        assertThat(operations(false)).hasSize(18);
    }

    @Test
    void everyCodeIsListed() {
        List<String> listed = new ArrayList<>();
        document.at("/components/schemas/Problem/properties/code/enum").forEach(it -> listed.add(it.asText()));
        assertThat(listed)
                .containsExactlyElementsOf(Arrays.stream(ProblemCode.values())
                        .map(ProblemCode::text)
                        .toList());
    }
}
