package io.concordkv.server;

import static org.awaitility.Awaitility.await;

import io.concordkv.base.ShardId;
import io.concordkv.shard.replica.Replica;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Three or more real nodes in this process, named n1, n2, …, with one shard of three replicas.
public final class RunningCluster implements AutoCloseable {
    private static final ShardId TOPOLOGY = new ShardId(0);
    private static final ShardId SHARD = new ShardId(1);

    private final List<RunningNode> nodes;

    private RunningCluster(List<RunningNode> nodes) {
        this.nodes = nodes;
    }

    /// Founds a cluster of three nodes and waits until all serve.
    public static RunningCluster founded(Path folder) {
        return founded(folder, 3);
    }

    /// Founds the cluster and waits until all nodes serve.
    public static RunningCluster founded(Path folder, int nodes) {
        RunningCluster cluster = new RunningCluster(IntStream.rangeClosed(1, nodes)
                .mapToObj(i ->
                        RunningNode.unfounded("n" + i, folder.resolve("n" + i), Map.of("concord.raft.election", "1s")))
                .toList());
        // One that has just opened its port may not answer yet; the same body goes on where it stopped.
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            int status = cluster.nodes.getFirst().found(1, 3, cluster.nodes).statusCode();
            return status == 201 || status == 200;
        });
        cluster.nodes.forEach(RunningNode::awaitReady);
        return cluster;
    }

    public List<RunningNode> nodes() {
        return nodes;
    }

    public RunningNode node(String name) {
        return nodes.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    }

    /// Who leads the shard of the default keyspace, asked of the nodes themselves.
    public RunningNode leader() {
        return leader(SHARD);
    }

    /// The node that leads the topology group.
    public RunningNode topologyLeader() {
        return leader(TOPOLOGY);
    }

    private RunningNode leader(ShardId shard) {
        return await().atMost(Duration.ofSeconds(20))
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> newestLeader(shard), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<RunningNode> newestLeader(ShardId shard) {
        return nodes.stream()
                .filter(it -> it.host().onLoop(() -> leads(it, shard)))
                .max(Comparator.comparingLong(it -> it.host()
                        .onLoop(() ->
                                replica(it, shard).map(r -> r.core().term()).orElse(0L))));
    }

    private static boolean leads(RunningNode node, ShardId shard) {
        return replica(node, shard).map(Replica::isLeader).orElse(false);
    }

    private static Optional<Replica> replica(RunningNode node, ShardId shard) {
        return node.host().node().membership().orElseThrow().host().find(shard);
    }

    /// A node that leads some shards of the keyspace and does not lead others; when one leads them all, a
    /// shard is handed over first.
    public RunningNode leadingSomeOf(String keyspace) {
        return await().atMost(Duration.ofSeconds(20))
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> leadingSome(keyspace), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<RunningNode> leadingSome(String keyspace) {
        JsonPath map = nodes.getFirst().data().get("/v1/topology").jsonPath();
        List<Map<String, Object>> shards = map.getList("shards.findAll { it.keyspace == '" + keyspace + "' }");
        for (RunningNode node : nodes) {
            List<ShardId> led = shards.stream()
                    .map(it -> new ShardId(Long.parseLong(it.get("id").toString())))
                    .filter(it -> node.host().onLoop(() -> leads(node, it)))
                    .toList();
            if (!led.isEmpty() && led.size() < shards.size()) {
                return Optional.of(node);
            }
            if (!led.isEmpty()) {
                RunningNode other = nodes.getFirst() == node ? nodes.getLast() : nodes.getFirst();
                node.admin()
                        .contentType(ContentType.JSON)
                        .body(Map.of("to", id(other)))
                        .post("/admin/v1/shards/" + led.getFirst() + ":transfer-leader");
            }
        }
        return Optional.empty();
    }

    /// The others, by name.
    public List<RunningNode> followers() {
        RunningNode leader = leader();
        return nodes.stream().filter(it -> it != leader).toList();
    }

    /// The id of a node, as paths of the admin API want it.
    public String id(RunningNode node) {
        return node.admin().get("/admin/v1/node").jsonPath().getString("nodeId");
    }

    /// Cuts a node off from the others, both ways.
    public void isolate(RunningNode node) {
        Map<String, Object> cut = new java.util.TreeMap<>();
        nodes.stream().filter(it -> it != node).forEach(it -> cut.put(it.name(), Map.of("drop", 1.0)));
        node.faults(Map.of("peers", cut));
    }

    @Override
    public void close() throws IOException {
        for (RunningNode node : nodes) {
            node.close();
        }
    }
}
