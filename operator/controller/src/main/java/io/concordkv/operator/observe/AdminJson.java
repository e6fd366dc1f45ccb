package io.concordkv.operator.observe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the bodies of `GET /node` and `GET /cluster`. Fields this operator does not know are
/// passed over, so that nodes may be newer.
final class AdminJson {
    private AdminJson() {}

    static NodeFacts node(JsonNode body) {
        return new NodeFacts(
                text(body, "nodeId"),
                text(body, "clusterId"),
                text(body, "volumeId"),
                NodeState.of(body.path("state").asText()),
                text(body, "version"),
                text(body, "zone"),
                count(body.path("replicas")),
                count(body.path("leaders")),
                names(body.path("damagedShards")));
    }

    /// Of an object whose fields are ids, shorter ids first; empty when there is none.
    private static List<String> names(JsonNode byId) {
        var ids = new ArrayList<String>();
        byId.fieldNames().forEachRemaining(ids::add);
        ids.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        return List.copyOf(ids);
    }

    static ClusterFacts cluster(JsonNode body) {
        var ids = new TreeMap<String, String>();
        for (JsonNode node : body.path("nodes")) {
            String id = text(node, "nodeId") == null ? text(node, "id") : text(node, "nodeId");
            String name = text(node, "name");
            if (id != null && name != null) {
                ids.put(name, id);
            }
        }
        var shards = new ArrayList<ShardFacts>();
        for (JsonNode shard : body.path("shards")) {
            shards.add(new ShardFacts(
                    shard.path("id").asLong(),
                    isPresent(shard.path("leader")),
                    shard.path("quorate").asBoolean(),
                    shard.path("underReplicated").asBoolean()));
        }
        return new ClusterFacts(text(body, "clusterId"), ids, shards, reservation(body.path("reservation")));
    }

    private static Optional<ReservationFacts> reservation(JsonNode body) {
        String node = text(body, "nodeId");
        String owner = text(body, "owner");
        return node == null || owner == null ? Optional.empty() : Optional.of(new ReservationFacts(node, owner));
    }

    private static @Nullable String text(JsonNode body, String field) {
        JsonNode value = body.path(field);
        return isPresent(value) ? value.asText() : null;
    }

    /// Ids count from 1; 0 and the empty text stand for "none".
    private static boolean isPresent(JsonNode value) {
        return !value.isMissingNode()
                && !value.isNull()
                && !value.asText("x").isEmpty()
                && !value.asText("x").equals("0");
    }

    /// A number, or a list to be counted.
    private static int count(JsonNode value) {
        return value.isArray() ? value.size() : value.asInt();
    }
}
