package io.concordkv.wire;

import io.concordkv.base.PartitionHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Nodes and shards as clients see them (`GET /v1/topology`).
public final class TopologyMap {
    /// @param id   decimal digits
    /// @param http `host:port` of the data port
    /// @param zone empty when none is set
    public record Node(String id, String name, String http, String zone) {}

    /// @param id       decimal digits
    /// @param keyspace name
    /// @param from     first hash of the interval, unsigned
    /// @param to       last hash of the interval, inclusive, unsigned
    /// @param epoch    of the shard's placement
    /// @param leader   node id; null when unknown
    /// @param replicas node ids
    public record Shard(
            String id,
            String keyspace,
            long from,
            long to,
            long epoch,
            @Nullable String leader,
            List<String> replicas) {
        public Shard {
            replicas = List.copyOf(replicas);
        }

        public boolean owns(long hash) {
            return Long.compareUnsigned(from, hash) <= 0 && Long.compareUnsigned(hash, to) <= 0;
        }
    }

    private final String clusterId;
    private final long epoch;
    private final String hash;
    private final List<Node> nodes;
    private final List<Shard> shards;
    private final Map<String, Node> nodesById = new HashMap<>();
    /// By keyspace, ascending by `from`.
    private final Map<String, List<Shard>> shardsByKeyspace = new HashMap<>();

    /// @param epoch rises with every change, leaders included
    /// @param hash  names the function from keys to the intervals of the shards
    public TopologyMap(String clusterId, long epoch, String hash, List<Node> nodes, List<Shard> shards) {
        this.clusterId = clusterId;
        this.epoch = epoch;
        this.hash = hash;
        this.nodes = List.copyOf(nodes);
        this.shards = List.copyOf(shards);
        for (Node node : nodes) {
            nodesById.put(node.id(), node);
        }
        for (Shard shard : shards) {
            shardsByKeyspace
                    .computeIfAbsent(shard.keyspace(), _ -> new ArrayList<>())
                    .add(shard);
        }
        shardsByKeyspace.values().forEach(each -> each.sort(Comparator.comparing(Shard::from, Long::compareUnsigned)));
    }

    public String clusterId() {
        return clusterId;
    }

    public long epoch() {
        return epoch;
    }

    public String hash() {
        return hash;
    }

    public List<Node> nodes() {
        return nodes;
    }

    public List<Shard> shards() {
        return shards;
    }

    public List<Shard> shardsOf(String keyspace) {
        return shardsByKeyspace.getOrDefault(keyspace, List.of());
    }

    public Optional<Node> node(String id) {
        return Optional.ofNullable(nodesById.get(id));
    }

    /// @return the shard that owns the key; empty when the keyspace is not known
    public Optional<Shard> shardOf(String keyspace, byte[] key) {
        List<Shard> candidates = shardsOf(keyspace);
        if (candidates.size() <= 1) {
            return candidates.stream().findFirst();
        }
        long wanted = PartitionHash.of(key);
        int low = 0;
        int high = candidates.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Long.compareUnsigned(candidates.get(middle).from(), wanted) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Shard found = candidates.get(low);
        return found.owns(wanted) ? Optional.of(found) : Optional.empty();
    }

    /// @return the node that leads the key's shard, as far as this map knows
    public Optional<Node> leaderOf(String keyspace, byte[] key) {
        return shardOf(keyspace, key).flatMap(this::leaderOf);
    }

    public Optional<Node> leaderOf(Shard shard) {
        return shard.leader() == null ? Optional.empty() : node(shard.leader());
    }
}
