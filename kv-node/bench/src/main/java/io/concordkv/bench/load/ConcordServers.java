package io.concordkv.bench.load;

import io.concordkv.client.ClientOptions;
import io.concordkv.client.ConcordClient;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Progress;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.nodes.NodeGroup;
import io.concordkv.tools.nodes.NodesFile;
import io.concordkv.tools.remote.AdminClient;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// A ConcordKV cluster: nodes of this machine, whose CPU can be seen, or endpoints elsewhere.
final class ConcordServers implements ServerGroup {
    static final String SINGLE = "bench-single";
    private static final int NODES = 3;
    private static final int SHARDS = 8;
    private static final long WAIT_NANOS = 30_000_000_000L;
    private static final long POLL_NANOS = 100_000_000;

    private final List<String> addresses;
    private final List<Long> pids;
    private final List<String> admins;
    private final Runnable onClose;

    private ConcordServers(List<String> addresses, List<Long> pids, List<String> admins, Runnable onClose) {
        this.addresses = List.copyOf(addresses);
        this.pids = List.copyOf(pids);
        this.admins = List.copyOf(admins);
        this.onClose = onClose;
    }

    /// Three new nodes, stopped at the end.
    static ConcordServers start(Path directory, int basePort, List<String> settings) {
        NodeGroup group = new NodeGroup(directory, new Progress(System.err));
        List<NodeEntry> nodes = group.up(NODES, basePort, SHARDS, settings);
        return of(nodes, group::down);
    }

    /// Nodes that run already, by their `nodes.json`.
    static ConcordServers attach(Path directory) {
        return of(new NodesFile(directory).read(), () -> {});
    }

    /// Nodes anywhere; their CPU stays unknown and no keyspace is made.
    static ConcordServers remote(List<String> endpoints) {
        return new ConcordServers(endpoints, List.of(), List.of(), () -> {});
    }

    private static ConcordServers of(List<NodeEntry> nodes, Runnable onClose) {
        return new ConcordServers(
                nodes.stream().map(NodeEntry::http).toList(),
                nodes.stream().flatMap(node -> node.pid().stream().boxed()).toList(),
                nodes.stream().map(NodeEntry::admin).toList(),
                onClose);
    }

    @Override
    public String name() {
        return "ConcordKV";
    }

    @Override
    public List<Long> pids() {
        return pids;
    }

    List<String> addresses() {
        return addresses;
    }

    /// Makes the keyspace with one shard; false when that is not possible from here.
    boolean ensureSingle() throws IOException {
        if (topology(map -> true).shardsOf(SINGLE).size() == 1) {
            return true;
        }
        if (admins.isEmpty()) {
            return false;
        }
        AdminClient.Reply reply = new AdminClient(admins.getFirst())
                .put(
                        "/admin/v1/keyspaces/" + SINGLE,
                        JsonText.object()
                                .put("engine", "memory")
                                .put("mode", "single")
                                .put("shards", 1));
        if (!reply.isSuccess()) {
            throw new IOException("cannot make keyspace " + SINGLE + ": " + reply.explanation());
        }
        topologyWithLeaders(SINGLE);
        return true;
    }

    /// Waits until every shard of the keyspace has a leader.
    TopologyMap topologyWithLeaders(String keyspace) throws IOException {
        return topology(map -> !map.shardsOf(keyspace).isEmpty()
                && map.shardsOf(keyspace).stream()
                        .allMatch(shard -> map.leaderOf(shard).isPresent()));
    }

    private TopologyMap topology(Predicate<TopologyMap> wanted) throws IOException {
        long deadline = System.nanoTime() + WAIT_NANOS;
        try (ConcordClient client =
                ConcordClient.connect(ClientOptions.of(addresses).withWatchesTopology(false))) {
            while (true) {
                TopologyMap map = client.awaitTopology();
                if (wanted.test(map)) {
                    return map;
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("a keyspace or leader is missing after 30 s; the shard map: " + map.shards());
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    @Override
    public void close() {
        onClose.run();
    }
}
