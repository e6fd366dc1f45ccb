package io.concordkv.tools.nodes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A process that behaves like a node towards `concord nodes`: waits to be founded, keeps that in its
/// data folder, is ready afterwards. The first node's bootstrap founds the others through their folders.
public final class StubNode {
    private StubNode() {}

    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(System.getProperty("concord.data.dir"));
        Path founded = data.getParent().resolve("founded");
        String dying = System.getProperty("stub.dies", "");
        if (dying.equals("true") || dying.equals(System.getProperty("concord.node.name"))) {
            System.out.println("the stub was told to die");
            System.exit(7);
        }
        int port = Integer.getInteger("concord.admin.port");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext(
                "/admin/v1/node",
                exchange -> answer(
                        exchange,
                        200,
                        "{\"state\":\"" + (Files.exists(founded) ? "serving" : "empty") + "\",\"volumeId\":\"v-"
                                + System.getProperty("concord.node.name") + "\"}"));
        server.createContext("/admin/v1/bootstrap", exchange -> {
            Files.write(founded, exchange.getRequestBody().readAllBytes());
            answer(exchange, 201, "{}");
        });
        server.createContext("/q/health/ready", exchange -> answer(exchange, Files.exists(founded) ? 200 : 503, "{}"));
        server.start();
        System.out.println("up " + System.getProperty("extra", "-"));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
