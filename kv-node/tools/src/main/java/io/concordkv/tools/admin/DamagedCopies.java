package io.concordkv.tools.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Adds to what `GET /cluster` says what every node says of its own copies. The leader of a shard cannot
/// tell a damaged copy from one that lags: only the node that holds it knows.
///
/// A node gets `damagedShards`, reasons by shard, and the replica `damaged`, the reason.
final class DamagedCopies {
    private static final int ASK_MILLIS = 1_000;

    private DamagedCopies() {}

    /// @param asked where `cluster` comes from; its address may be one that only the caller can reach it at
    /// @return nodes that did not say, with the reason
    static List<String> addTo(JsonNode cluster, AdminClient asked) throws IOException {
        List<String> silent = new ArrayList<>();
        String self = asked.get("/admin/v1/node").body().path("nodeId").asText();
        for (JsonNode node : cluster.path("nodes")) {
            if (node.path("reachable").asBoolean(true) && node.hasNonNull("admin") && node instanceof ObjectNode row) {
                try {
                    AdminClient.Reply reply = (id(row).equals(self)
                                    ? asked
                                    : new AdminClient(node.path("admin").asText()))
                            .get("/admin/v1/node", ASK_MILLIS);
                    if (reply.isSuccess()) {
                        add(cluster, row, reply.body());
                    } else {
                        silent.add(node.path("name").asText() + ": " + reply.explanation());
                    }
                } catch (IOException | IllegalArgumentException e) {
                    silent.add(node.path("name").asText() + " at "
                            + node.path("admin").asText() + ": " + e.getMessage());
                }
            }
        }
        return silent;
    }

    static String id(JsonNode node) {
        return node.path("nodeId").asText(node.path("id").asText());
    }

    private static void add(JsonNode cluster, ObjectNode row, JsonNode said) {
        if (said.hasNonNull("state")) {
            row.set("state", said.path("state"));
        }
        JsonNode damaged = said.path("damagedShards");
        if (damaged.isEmpty()) {
            return;
        }
        row.set("damagedShards", damaged);
        for (JsonNode shard : cluster.path("shards")) {
            JsonNode reason = damaged.path(shard.path("id").asText());
            for (JsonNode replica : shard.path("replicas")) {
                if (!reason.isMissingNode()
                        && replica.path("nodeId").asText().equals(id(row))
                        && replica instanceof ObjectNode copy) {
                    copy.set("damaged", reason);
                }
            }
        }
    }
}
