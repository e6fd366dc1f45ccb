package io.concordkv.server;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.concordkv.base.NodeId;
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

    private final String name;
    private final Vertx vertx;
    private final NodeProcess process;
    private final NodeHost host;
    private final HttpServer admin;
    private final int httpPort;
    private final int peerPort;

    /// A node that belongs to no cluster yet.
    public static RunningNode unfounded(Path folder, Limits limits) {
        return new RunningNode(NAME, folder, Map.of(), limits);
    }

    /// One node of several, with settings of its own.
    static RunningNode unfounded(String name, Path folder, Map<String, String> settings) {
        return new RunningNode(name, folder, settings, Limits.DEFAULT);
    }

    /// The only node of a cluster, with settings of its own.
    public static RunningNode founded(Path folder, int shards, Map<String, String> settings) {
        RunningNode node = unfounded(NAME, folder, settings);
        node.found(shards).then().statusCode(201);
        node.awaitReady();
        return node;
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

    private RunningNode(String name, Path folder, Map<String, String> settings, Limits limits) {
        this.name = name;
        int[] ports = freePorts();
        httpPort = ports[0];
        peerPort = ports[2];
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(2));
        process = new NodeProcess(config(name, folder, ports, settings), vertx, "test", limits);
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

    private static NodeConfig config(String name, Path folder, int[] ports, Map<String, String> settings) {
        Map<String, String> values = new HashMap<>();
        values.put("concord.node.name", name);
        values.put("concord.data.dir", folder.toString());
        values.put("concord.http.port", Integer.toString(ports[0]));
        values.put("concord.admin.port", Integer.toString(ports[1]));
        values.put("concord.peer.port", Integer.toString(ports[2]));
        values.put("concord.wal.segment-bytes", Integer.toString(1 << 20));
        values.put("concord.wal.ballast-bytes", Integer.toString(1 << 20));
        values.put("concord.raft.election", "300ms");
        values.put("concord.termination-log", folder.resolve("termination-log").toString());
        values.putAll(settings);
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
        return found(shards, 1, List.of(this));
    }

    Response found(int shards, int replicationFactor, List<RunningNode> nodes) {
        return admin().contentType(ContentType.JSON)
                .body(Map.of(
                        "clusterId",
                        "00000000000000000000000000000001",
                        "replicationFactor",
                        replicationFactor,
                        "shards",
                        shards,
                        "nodes",
                        nodes.stream().map(RunningNode::listed).toList()))
                .post("/admin/v1/bootstrap");
    }

    private Map<String, Object> listed() {
        return Map.of(
                "name",
                name,
                "volumeId",
                host.node().founding().identity().volume().toString(),
                "address",
                LOOPBACK + ":" + peerPort);
    }

    /// Replaces the injected faults; an empty map heals all.
    public void faults(Map<String, Object> faults) {
        admin().contentType(ContentType.JSON)
                .body(faults)
                .put("/admin/v1/faults")
                .then()
                .statusCode(200);
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

    /// Breaks the connections to all peers; they are made again at once.
    public void breakConnections() {
        host.onLoop(() -> {
            Map<NodeId, String> peers = new HashMap<>();
            Map<NodeId, String> names = new HashMap<>();
            host.node().clusterState().nodes().values().forEach(it -> {
                peers.put(it.id(), it.peer());
                names.put(it.id(), it.name());
            });
            host.network().addresses(Map.of(), Map.of());
            host.network().addresses(peers, names);
            return true;
        });
    }

    public String name() {
        return name;
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
