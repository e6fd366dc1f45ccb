package io.concordkv.operator.plan;

import io.concordkv.crds.ClusterMember;
import io.concordkv.operator.observe.Snapshot;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The nodes that belong to the cluster: as topology says, else as status remembers.
///
/// @param nodeIds node id by node name
public record Members(SortedMap<String, String> nodeIds) {

    public static Members of(Snapshot snapshot) {
        var ids = new TreeMap<String, String>(
                Comparator.comparingInt(Members::ordinal).thenComparing(n -> n));
        for (ClusterMember member : snapshot.recorded().members()) {
            if (member.nodeId() != null) {
                ids.put(member.name(), member.nodeId());
            }
        }
        snapshot.cluster().ifPresent(cluster -> {
            ids.clear();
            ids.putAll(cluster.nodeIds());
        });
        return new Members(ids);
    }

    public Optional<String> nodeId(String name) {
        return Optional.ofNullable(nodeIds.get(name));
    }

    /// The node with this id.
    public Optional<String> name(String nodeId) {
        return nodeIds.entrySet().stream()
                .filter(e -> e.getValue().equals(nodeId))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    public boolean contains(String name) {
        return nodeIds.containsKey(name);
    }

    public int size() {
        return nodeIds.size();
    }

    /// Pods needed so that every member has one: the highest ordinal and those below it.
    public int podsNeeded() {
        return nodeIds.keySet().stream().mapToInt(n -> ordinal(n) + 1).max().orElse(0);
    }

    /// Number at the end of a node name, −1 when there is none.
    public static int ordinal(String name) {
        int dash = name.lastIndexOf('-');
        String digits = name.substring(dash + 1);
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Integer.parseInt(digits);
    }
}
