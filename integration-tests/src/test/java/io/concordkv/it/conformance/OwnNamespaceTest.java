package io.concordkv.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.concordkv.tools.console.CommandFailure;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A namespace with something of others in it, on an API server that knows nothing else.
class OwnNamespaceTest {
    private static final String NAMESPACE =
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shared\"}}";
    private static final String NONE = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{},\"items\":[]}";
    private static final String RETAINED = """
            {"apiVersion": "v1", "kind": "PersistentVolumeClaimList", "metadata": {}, "items": [
              {"metadata": {"name": "data-prod-a-0", "namespace": "shared",
                            "labels": {"concordkv.io/cluster": "prod"}}}]}""";
    private static final String CLUSTER = """
            {"apiVersion": "concordkv.io/v1alpha1", "kind": "ConcordClusterList", "metadata": {}, "items": [
              {"apiVersion": "concordkv.io/v1alpha1", "kind": "ConcordCluster", "metadata": {"name": "prod"}}]}""";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private String clusters = NONE;
    private String claims = NONE;
    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build();
    }

    @AfterEach
    void stopServer() {
        client.close();
        server.stop(0);
    }

    @Test
    void volumesThatADeletedClusterHasLeftAreNotTouched() {
        claims = RETAINED;
        assertThatThrownBy(() -> OwnNamespace.take(client, "shared"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("data-prod-a-0")
                .hasMessageContaining("nothing was done");
        assertThat(asked).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void aNamespaceWithAClusterIsRefused() {
        clusters = CLUSTER;
        assertThatThrownBy(() -> OwnNamespace.take(client, "shared"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("ConcordCluster prod");
        assertThat(asked).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void aNamespaceWithoutBothStays() throws InterruptedException {
        OwnNamespace.take(client, "shared").close();
        assertThat(asked).doesNotContain("DELETE /api/v1/namespaces/shared");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getRequestMethod() + " " + path);
        String text = path.endsWith("/concordclusters")
                ? clusters
                : path.endsWith("/persistentvolumeclaims") ? claims : NAMESPACE;
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
