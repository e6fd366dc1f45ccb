package io.concordkv.server;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.server.admin.AdminRoutes;
import io.concordkv.server.config.NodeConfig;
import io.concordkv.wire.Limits;
import io.quarkus.runtime.StartupEvent;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One real node in this process, on free ports of the loopback, with its data in a given folder.
public final class RunningNode implements AutoCloseable {
    public static final String NAME = "n1";
    private static final String LOOPBACK = "127.0.0.1";

    private final Vertx vertx;
    private final NodeProcess process;
    private final NodeHost host;
    private final HttpServer admin;
    private final int httpPort;
    private final int peerPort;

    /// A node that belongs to no cluster yet.
    public static RunningNode unfounded(Path folder, Limits limits) {
        return new RunningNode(folder, limits);
    }

    /// The only node of a cluster: replication factor 1, `shards` shards in the default keyspace.
    public static RunningNode founded(Path folder, int shards, Limits limits) {
        RunningNode node = unfounded(folder, limits);
        node.found(shards).then().statusCode(201);
        node.awaitReady();
        return node;
    }

    public static RunningNode founded(Path folder, int shards) {
        return founded(folder, shards, Limits.DEFAULT);
    }

    private RunningNode(Path folder, Limits limits) {
        int[] ports = freePorts();
        httpPort = ports[0];
        peerPort = ports[2];
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(2));
        process = new NodeProcess(config(folder, ports), vertx, "test", limits);
        process.started(new StartupEvent());
        host = process.host().orElseThrow();
        Router router = Router.router(vertx);
        new AdminRoutes(process, true).register(router);
        admin = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, LOOPBACK)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static NodeConfig config(Path folder, int[] ports) {
        Map<String, String> values = new HashMap<>();
        values.put("concord.node.name", NAME);
        values.put("concord.data.dir", folder.toString());
        values.put("concord.http.port", Integer.toString(ports[0]));
        values.put("concord.admin.port", Integer.toString(ports[1]));
        values.put("concord.peer.port", Integer.toString(ports[2]));
        values.put("concord.wal.segment-bytes", Integer.toString(1 << 20));
        values.put("concord.wal.ballast-bytes", Integer.toString(1 << 20));
        values.put("concord.raft.election", "300ms");
        values.put("concord.termination-log", folder.resolve("termination-log").toString());
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(NodeConfig.class)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
        return config.getConfigMapping(NodeConfig.class);
    }

    private static int[] freePorts() {
        int[] ports = new int[3];
        ServerSocket[] sockets = new ServerSocket[ports.length];
        try {
            for (int i = 0; i < ports.length; i++) {
                sockets[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ports[i] = sockets[i].getLocalPort();
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new IllegalStateException("no free port on the loopback", e);
        }
    }

    /// Sends `POST /bootstrap` with this node alone.
    public Response found(int shards) {
        Map<String, Object> self = Map.of(
                "name",
                NAME,
                "volumeId",
                host.node().founding().identity().volume().toString(),
                "address",
                LOOPBACK + ":" + peerPort);
        return admin().contentType(ContentType.JSON)
                .body(Map.of(
                        "clusterId",
                        "00000000000000000000000000000001",
                        "replicationFactor",
                        1,
                        "shards",
                        shards,
                        "nodes",
                        List.of(self)))
                .post("/admin/v1/bootstrap");
    }

    public void awaitReady() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> {
                    assertThat(host.onLoop(host.node()::notReady)).isEmpty();
                    assertThat(data().get("/v1/keys?count-only=true").statusCode())
                            .isEqualTo(200);
                });
    }

    /// A request to the data port, its path and query sent as they are.
    public RequestSpecification data() {
        return to(httpPort);
    }

    /// A request to the admin API.
    public RequestSpecification admin() {
        return to(admin.actualPort());
    }

    private static RequestSpecification to(int port) {
        EncoderConfig asItIs = EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false);
        return given().config(RestAssuredConfig.config().encoderConfig(asItIs))
                .baseUri("http://" + LOOPBACK)
                .port(port)
                .urlEncodingEnabled(false);
    }

    public int httpPort() {
        return httpPort;
    }

    public int peerPort() {
        return peerPort;
    }

    public NodeHost host() {
        return host;
    }

    public NodeProcess process() {
        return process;
    }

    @Override
    public void close() throws IOException {
        host.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
