package io.concordkv.it.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.concordkv.it.kube.Cluster;
import io.concordkv.it.kube.NodeDoor;
import io.concordkv.it.kube.Nodes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A checked load on something that answers as a node does, until it refuses writes.
class CheckedLoadTest {
    private static final String REFUSAL = "{\"executed\":\"no\"}";
    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withName("demo-a-0")
            .endMetadata()
            .build();

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final AtomicInteger writes = new AtomicInteger();
    private volatile boolean refuses;
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void writesThatStopForGoodAreAPauseUntilTheEnd() throws Exception {
        try (var client = new KubernetesClientBuilder().build();
                var load = CheckedLoad.startThroughAll(
                        new Nodes(new Cluster(client, "default", "demo"), door()), () -> List.of(POD), "key")) {
            await().until(() -> writes.get() > 10);
            refuses = true;
            long began = System.nanoTime();
            await().pollDelay(Duration.ofMillis(600)).until(() -> true);
            CheckedLoad.Outcome outcome = load.finish();
            assertThat(outcome.longestPause())
                    .isGreaterThanOrEqualTo(Duration.ofMillis(500))
                    .isLessThanOrEqualTo(
                            Duration.ofNanos(System.nanoTime() - began).plusSeconds(1));
            assertThat(outcome.violations()).isEmpty();
        }
    }

    private NodeDoor door() {
        return new NodeDoor() {
            @Override
            public String address(Pod pod, int port) {
                return "127.0.0.1:" + server.getAddress().getPort();
            }

            @Override
            public void close() {}
        };
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath();
        int status = 200;
        String text = "";
        if (exchange.getRequestMethod().equals("PUT")) {
            String value = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (refuses) {
                status = 503;
                text = REFUSAL;
            } else {
                values.put(key, value);
                writes.incrementAndGet();
            }
        } else {
            text = values.getOrDefault(key, "");
            status = values.containsKey(key) ? 200 : 404;
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
