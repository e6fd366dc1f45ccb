package io.concordkv.operator.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// The admin endpoint of one running pod, on its own loopback address.
final class FakeNode implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String name;
    private final FakeCluster cluster;
    private final Supplier<Gate> gate;

    FakeNode(String name, String address, int port, FakeCluster cluster, Supplier<Gate> gate) throws IOException {
        this.name = name;
        this.cluster = cluster;
        this.gate = gate;
        this.server = HttpServer.create(new InetSocketAddress(address, port), 0);
        server.setExecutor(threads);
        server.createContext("/admin/v1", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/admin/v1".length());
            byte[] request = exchange.getRequestBody().readAllBytes();
            String method = exchange.getRequestMethod();
            if (gate.get().isDead() || (method.equals("POST") && !gate.get().write(method + " " + path))) {
                return; // the connection is cut: the operator that asked is dead
            }
            JsonNode body = request.length == 0 ? MissingNode.getInstance() : JSON.readTree(request);
            FakeCluster.Reply reply = cluster.call(name, method, path, body);
            if (reply == null) {
                return;
            }
            byte[] answer = JSON.writeValueAsBytes(reply.body());
            exchange.sendResponseHeaders(reply.status(), answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
