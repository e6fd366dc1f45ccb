package io.concordkv.operator.world;

import com.sun.net.httpserver.HttpServer;
import io.concordkv.crds.ConcordCluster;
import io.concordkv.local.api.LocalApiServer;
import io.concordkv.local.api.PodRuntime;
import io.concordkv.local.controller.LocalControllers;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// One API server with its controllers, shared by many [Stage]s, each in a namespace of its own.
public final class World implements AutoCloseable {
    private final LocalApiServer server;
    private final KubernetesClient client;
    private final LocalControllers controllers;
    private final HttpServer failing;
    private final int adminPort;
    private final AtomicInteger stages = new AtomicInteger();

    public World(Path directory) throws IOException {
        server = LocalApiServer.start(
                new LocalApiServer.Options("127.0.0.1", 0, directory, "secret", PodRuntime.none()));
        client = new KubernetesClientBuilder().withConfig(config()).build();
        try (InputStream crd =
                Objects.requireNonNull(World.class.getResourceAsStream("/crds/concordclusters.concordkv.io.yaml"))) {
            client.load(crd).create();
        }
        controllers = LocalControllers.start(client);
        failing = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        failing.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(500, -1);
            }
        });
        failing.start();
        try (ServerSocket socket = new ServerSocket(0)) {
            adminPort = socket.getLocalPort();
        }
    }

    Config config() {
        return Config.fromKubeconfig(server.kubeconfig());
    }

    public KubernetesClient client() {
        return client;
    }

    /// Where every request is answered with 500.
    URI failing() {
        return URI.create("http://127.0.0.1:" + failing.getAddress().getPort() + "/");
    }

    int adminPort() {
        return adminPort;
    }

    /// A namespace with a cluster resource of the given spec.
    ///
    /// @param spec in one line of YAML
    public Stage stage(String spec) {
        int number = stages.incrementAndGet();
        var stage = new Stage(this, "stage-" + number, "127.88." + number + ".");
        stage.apply(spec);
        return stage;
    }

    Class<ConcordCluster> type() {
        return ConcordCluster.class;
    }

    @Override
    public void close() {
        failing.stop(0);
        controllers.close();
        client.close();
        server.close();
    }
}
