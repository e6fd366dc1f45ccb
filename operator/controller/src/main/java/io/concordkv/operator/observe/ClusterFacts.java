package io.concordkv.operator.observe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What `GET /admin/v1/cluster` said.
///
/// @param nodeIds     node id by node name, as topology knows them
/// @param reservation held now, as far as the node that was asked knows
public record ClusterFacts(
        @Nullable String clusterId,
        Map<String, String> nodeIds,
        List<ShardFacts> shards,
        Optional<ReservationFacts> reservation) {

    public boolean topologyIsLed() {
        return shards.stream().anyMatch(s -> s.isTopology() && s.led() && s.quorate());
    }

    /// Every shard, topology included, has a leader and a caught-up majority.
    public boolean isQuorate() {
        return !shards.isEmpty() && shards.stream().allMatch(s -> s.led() && s.quorate());
    }

    /// No shard lacks a caught-up copy.
    public boolean isWhole() {
        return isQuorate() && shards.stream().noneMatch(ShardFacts::underReplicated);
    }
}
