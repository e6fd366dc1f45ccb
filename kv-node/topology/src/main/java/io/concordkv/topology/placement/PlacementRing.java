package io.concordkv.topology.placement;

import io.concordkv.base.ByteWriter;
import io.concordkv.base.Murmur3;
import io.concordkv.base.NodeId;
import io.concordkv.base.PartitionHash;
import io.concordkv.topology.state.NodeRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A consistent-hash ring (Karger et al. 1997) with bounded load (Mirrokni et al. 2016): every node has
/// 200 points, a shard goes to the next nodes clockwise of its place, zones apart where that is possible,
/// and nobody gets more than its share by over a fifth. Of the chosen nodes the one that is first choice
/// least often comes first: leaders spread.
public final class PlacementRing {
    private static final int POINTS = 200;
    private static final double LOAD_FACTOR = 1.2;

    private final TreeMap<Long, NodeId> points = new TreeMap<>(Long::compareUnsigned);
    private final Map<NodeId, String> zones = new TreeMap<>();

    public PlacementRing(Collection<NodeRecord> nodes) {
        for (NodeRecord node : nodes) {
            zones.put(node.id(), node.zone());
            for (int i = 0; i < POINTS; i++) {
                byte[] name =
                        new ByteWriter(24).varint(node.id().value()).varint(i).toByteArray();
                points.putIfAbsent(Murmur3.hash64(name, 0, name.length), node.id());
            }
        }
    }

    /// @param shards      how many equal shards to place
    /// @param replication replicas a shard, at most as many as there are nodes
    /// @return nodes of each shard, preferred leader first
    public List<List<NodeId>> place(int shards, int replication) {
        Map<NodeId, Integer> load = new TreeMap<>();
        Map<NodeId, Integer> first = new TreeMap<>();
        zones.keySet().forEach(it -> {
            load.put(it, 0);
            first.put(it, 0);
        });
        int bound = (int) Math.ceil(LOAD_FACTOR * shards * replication / Math.max(1, zones.size()));
        List<List<NodeId>> placed = new ArrayList<>(shards);
        for (int shard = 0; shard < shards; shard++) {
            List<NodeId> nodes = choose(PartitionHash.intervalStart(shard, shards), replication, load, bound);
            nodes.forEach(it -> load.merge(it, 1, Integer::sum));
            List<NodeId> ordered = new ArrayList<>(nodes);
            ordered.sort((a, b) -> Integer.compare(first.getOrDefault(a, 0), first.getOrDefault(b, 0)));
            first.merge(ordered.getFirst(), 1, Integer::sum);
            placed.add(ordered);
        }
        return placed;
    }

    private List<NodeId> choose(long place, int replication, Map<NodeId, Integer> load, int bound) {
        List<NodeId> clockwise = new ArrayList<>();
        points.tailMap(place, true).values().forEach(it -> addOnce(clockwise, it));
        points.headMap(place, false).values().forEach(it -> addOnce(clockwise, it));
        List<NodeId> chosen = new ArrayList<>(replication);
        List<String> usedZones = new ArrayList<>();
        for (NodeId node : clockwise) { // other zones first, within the bound
            String zone = zones.getOrDefault(node, "");
            if (chosen.size() < replication && load.getOrDefault(node, 0) < bound && !usedZones.contains(zone)) {
                chosen.add(node);
                usedZones.add(zone);
            }
        }
        for (NodeId node : clockwise) { // then any zone within the bound
            if (chosen.size() < replication && load.getOrDefault(node, 0) < bound) {
                addOnce(chosen, node);
            }
        }
        for (NodeId node : clockwise) {
            if (chosen.size() < replication) {
                addOnce(chosen, node);
            }
        }
        return chosen;
    }

    private static void addOnce(List<NodeId> nodes, NodeId node) {
        if (!nodes.contains(node)) {
            nodes.add(node);
        }
    }
}
