package io.concordkv.local.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.local.object.Trees;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Details of the API that no single client shows: watches, preconditions, dry runs, tables.
class WireTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path directory;

    private RunningEndpoint endpoint;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        endpoint = new RunningEndpoint(directory);
    }

    @AfterEach
    void stop() {
        endpoint.close();
        http.close();
    }

    private HttpResponse<String> send(String method, String path, String type, String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(endpoint.server().url() + path))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode call(int code, String method, String path, String body) throws IOException, InterruptedException {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        HttpResponse<String> answer = send(method, path, type, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        return Trees.MAPPER.readTree(answer.body());
    }

    private static String map(String name, String label) {
        return "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"l\":\"" + label + "\"}},\"data\":{\"k\":\"v\"}}";
    }

    private List<JsonNode> watch(String query) throws IOException, InterruptedException {
        List<JsonNode> events = new ArrayList<>();
        String body = send("GET", MAPS + "?watch=true&timeoutSeconds=1&" + query, "application/json", "")
                .body();
        for (String line : body.lines().toList()) {
            events.add(Trees.MAPPER.readTree(line));
        }
        return events;
    }

    private static List<String> summary(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("type").asText() + " "
                        + event.at("/object/metadata/name").asText())
                .toList();
    }

    @Test
    void aWatchGoesOnAfterItsVersionAndFollowsTheSelector() throws IOException, InterruptedException {
        JsonNode first = call(201, "POST", MAPS, map("one", "in"));
        String version = first.at("/metadata/resourceVersion").asText();
        call(201, "POST", MAPS, map("two", "out"));
        call(200, "PATCH", MAPS + "/two", "{\"metadata\":{\"labels\":{\"l\":\"in\"}}}");
        call(200, "PATCH", MAPS + "/two", "{\"data\":{\"k\":\"w\"}}");
        call(200, "PATCH", MAPS + "/two", "{\"metadata\":{\"labels\":{\"l\":\"out\"}}}");
        call(200, "DELETE", MAPS + "/one", "");
        assertThat(summary(watch("labelSelector=l%3Din&resourceVersion=" + version)))
                .containsExactly("ADDED two", "MODIFIED two", "DELETED two", "DELETED one");
    }

    @Test
    void initialEventsEndWithAMarkedBookmark() throws IOException, InterruptedException {
        call(201, "POST", MAPS, map("one", "x"));
        List<JsonNode> events =
                watch("sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
        assertThat(summary(events)).startsWith("ADDED one", "BOOKMARK ");
        assertThat(events.get(1)
                        .at("/object/metadata/annotations/k8s.io~1initial-events-end")
                        .asText())
                .isEqualTo("true");
        assertThat(events.getLast().path("type").asText())
                .as("a bookmark ends the watch")
                .isEqualTo("BOOKMARK");
    }

    @Test
    void watchEventsAreTablesWhenAskedFor() throws IOException, InterruptedException {
        call(201, "POST", MAPS, map("one", "x"));
        call(201, "POST", MAPS, map("two", "x"));
        String accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
        List<String> lines = send("GET", MAPS + "?watch=1&timeoutSeconds=1", "application/json", "", "Accept", accept)
                .body()
                .lines()
                .toList();
        JsonNode table = Trees.MAPPER.readTree(lines.getFirst()).path("object");
        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.at("/rows/0/cells/0").asText()).isEqualTo("one");
        assertThat(table.at("/columnDefinitions/1/name").asText()).isEqualTo("Data");
        assertThat(Trees.MAPPER
                        .readTree(lines.get(1))
                        .at("/object/columnDefinitions")
                        .isNull())
                .isTrue();
        String partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
        assertThat(send("GET", MAPS, "application/json", "", "Accept", partial).body())
                .contains("PartialObjectMetadataList")
                .doesNotContain("\"data\"");
    }

    @Test
    void preconditionsAreCheckedAndADryRunChangesNothing() throws IOException, InterruptedException {
        JsonNode one = call(201, "POST", MAPS, map("one", "x"));
        call(409, "DELETE", MAPS + "/one", "{\"preconditions\":{\"uid\":\"other\"}}");
        call(409, "DELETE", MAPS + "/one", "{\"preconditions\":{\"resourceVersion\":\"1\"}}");
        call(200, "DELETE", MAPS + "/one?dryRun=All", "");
        call(201, "POST", MAPS + "?dryRun=All", map("dry", "x"));
        call(404, "GET", MAPS + "/dry", "");
        call(409, "POST", MAPS, map("one", "x"));
        call(409, "PATCH", MAPS + "/one", "{\"metadata\":{\"uid\":\"other\"}}");
        JsonNode same = call(200, "PATCH", MAPS + "/one", "{\"data\":{\"k\":\"v\"}}");
        assertThat(same.at("/metadata/resourceVersion")).isEqualTo(one.at("/metadata/resourceVersion"));
        call(200, "DELETE", MAPS + "?labelSelector=l%3Dx", "");
        assertThat(call(200, "GET", MAPS, "").path("items")).isEmpty();
    }

    @Test
    void namesAreGeneratedAndBadOnesRefused() throws IOException, InterruptedException {
        JsonNode made = call(201, "POST", MAPS, "{\"metadata\":{\"generateName\":\"job-\"}}");
        assertThat(made.at("/metadata/name").asText()).matches("job-[a-z0-9]{5}");
        JsonNode bad = call(422, "POST", MAPS, "{\"metadata\":{\"name\":\"No_Name\"}}");
        assertThat(bad.at("/details/causes/0/field").asText()).isEqualTo("metadata.name");
        call(422, "POST", MAPS, "{\"metadata\":{}}");
        call(404, "POST", "/api/v1/namespaces/missing/configmaps", map("one", "x"));
        call(400, "POST", MAPS, "{\"metadata\":{\"name\":\"one\",\"namespace\":\"other\"}}");
        call(400, "POST", MAPS, "{not json");
        call(404, "GET", "/apis/unknown.example.com/v1/things", "");
        call(405, "PUT", MAPS, "{}");
        call(403, "DELETE", "/api/v1/namespaces/default", "");
        assertThat(send("PATCH", MAPS + "/x", "text/plain", "{}").statusCode()).isIn(404, 415);
    }

    @Test
    void aBodyOverThreeMegabytesIsRefused() throws IOException, InterruptedException {
        String big = "{\"metadata\":{\"name\":\"big\"},\"data\":{\"k\":\"" + "x".repeat(4 << 20) + "\"}}";
        try {
            assertThat(send("POST", MAPS, "application/json", big).statusCode()).isEqualTo(413);
        } catch (IOException e) {
            // The connection may be closed before the client has sent all.
            assertThat(call(404, "GET", MAPS + "/big", "").path("reason").asText())
                    .isEqualTo("NotFound");
        }
    }
}
