package io.concordkv.local.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The table of valid and invalid clusters of the resource module, sent to the endpoint: every
/// refusal names field and limit, and nothing of it is stored.
@Tag("kubernetes")
class RefusedResourcesTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Path TABLES = Path.of("../../crds/src/test/resources/resources");
    private static final String CLUSTERS = "/apis/concordkv.io/v1alpha1/namespaces/default/concordclusters";

    @TempDir
    Path directory;

    private RunningEndpoint endpoint;
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void everyInvalidClusterIsRefusedAndEveryValidOneIsStored() throws IOException, InterruptedException {
        try (RunningEndpoint running = new RunningEndpoint(directory)) {
            endpoint = running;
            define();
            int refused = 0;
            for (JsonNode one : YAML.readTree(Files.readAllBytes(TABLES.resolve("invalid.yaml")))) {
                if (one.has("before")) {
                    var before = apply(one.path("before"));
                    assertThat(before.statusCode()).as(before.body()).isEqualTo(201);
                }
                var answer = one.has("before") ? apply(one.path("resource")) : create(one.path("resource"));
                String name = one.path("name").asText();
                assertThat(answer.statusCode()).as(name + ": " + answer.body()).isEqualTo(422);
                JsonNode status = YAML.readTree(answer.body());
                assertThat(status.path("message").asText())
                        .as(name)
                        .contains(one.path("expect").asText());
                assertThat(fields(status)).as(name).isEqualTo(one.path("field").asText());
                refused++;
            }
            assertThat(refused).isGreaterThanOrEqualTo(40);
            for (JsonNode one : YAML.readTree(Files.readAllBytes(TABLES.resolve("valid.yaml")))) {
                JsonNode resource = one.has("resource") ? one.path("resource") : one;
                var answer = apply(resource);
                assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
            }
        }
    }

    @Test
    void anApplyWithAValueOfAnotherTypeFailsAsOnARealServer() throws IOException, InterruptedException {
        try (RunningEndpoint running = new RunningEndpoint(directory)) {
            endpoint = running;
            define();
            var answer = apply(YAML.readTree("""
                    {apiVersion: concordkv.io/v1alpha1, kind: ConcordCluster, metadata: {name: bad},
                     spec: {nodes: three}}"""));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(500);
            assertThat(answer.body())
                    .contains("failed to create typed patch object", "Kind=ConcordCluster", ".spec.nodes");
        }
    }

    private void define() throws IOException, InterruptedException {
        try (InputStream file = getClass().getResourceAsStream("/crds/concordclusters.concordkv.io.yaml")) {
            var created = send(
                    "POST",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    "application/yaml",
                    file.readAllBytes());
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        }
    }

    private static String fields(JsonNode status) {
        return StreamSupport.stream(status.path("details").path("causes").spliterator(), false)
                .map(cause -> cause.path("field").asText())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private HttpResponse<String> create(JsonNode resource) throws IOException, InterruptedException {
        return send(
                "POST",
                CLUSTERS + "?fieldManager=test&fieldValidation=Strict",
                "application/yaml",
                YAML.writeValueAsBytes(resource));
    }

    private HttpResponse<String> apply(JsonNode resource) throws IOException, InterruptedException {
        String name = resource.path("metadata").path("name").asText();
        return send(
                "PATCH",
                CLUSTERS + "/" + name + "?fieldManager=test&force=true&fieldValidation=Strict",
                "application/apply-patch+yaml",
                YAML.writeValueAsBytes(resource));
    }

    private HttpResponse<String> send(String method, String path, String type, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(endpoint.server().url() + path))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
