package io.concordkv.tools.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.console.Table;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `concord admin status`: the cluster as the asked node sees it, with what every node says of its own copies;
/// exit 1 when a shard has no quorum.
@Command(
        name = "status",
        description = "Nodes, keyspaces and shards; exit 1 when a shard has no quorum.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private AdminCommand.Connection connection = new AdminCommand.Connection();

    @Override
    public Integer call() throws IOException {
        AdminClient admin = connection.open();
        AdminClient.Reply reply = admin.get("/admin/v1/cluster");
        if (!reply.isSuccess()) {
            throw CommandFailure.refused(admin.address() + ": " + reply.explanation());
        }
        JsonNode cluster = reply.body();
        List<String> silent = DamagedCopies.addTo(cluster, admin);
        if (connection.isJson()) {
            System.out.println(JsonText.pretty(cluster));
        } else {
            print(cluster);
        }
        for (String node : silent) {
            System.err.println("whether copies are damaged is not known of " + node);
        }
        for (JsonNode shard : cluster.path("shards")) {
            if (!shard.path("quorate").asBoolean()) {
                return ExitCode.REFUSED;
            }
        }
        return ExitCode.DONE;
    }

    private static void print(JsonNode cluster) {
        System.out.println("cluster " + cluster.path("clusterId").asText() + ", epoch "
                + cluster.path("epoch").asText());
        System.out.println();
        Table nodes = new Table("NODE", "NAME", "STATE", "ZONE", "LEADS");
        for (JsonNode node : cluster.path("nodes")) {
            String id = DamagedCopies.id(node);
            nodes.row(
                    id,
                    node.path("name").asText(),
                    state(node),
                    node.path("zone").asText("-"),
                    leads(cluster, id));
        }
        nodes.print(System.out);
        System.out.println();
        Table keyspaces = new Table("KEYSPACE", "ENGINE", "MODE", "SHARDS", "DURABILITY", "COPIES");
        for (JsonNode keyspace : cluster.path("keyspaces")) {
            keyspaces.row(
                    keyspace.path("name").asText(),
                    keyspace.path("engine").asText("-"),
                    keyspace.path("mode").asText("-"),
                    keyspace.path("shards").asText("-"),
                    keyspace.path("durability").asText("-"),
                    keyspace.path("replicationFactor").asText("-"));
        }
        keyspaces.print(System.out);
        System.out.println();
        Table shards = new Table("SHARD", "KEYSPACE", "LEADER", "TERM", "COMMIT", "QUORATE", "REPLICAS");
        for (JsonNode shard : cluster.path("shards")) {
            shards.row(
                    shard.path("id").asText(),
                    shard.path("keyspace").asText("-"),
                    shard.path("leader").asText("(none)"),
                    shard.path("term").asText("-"),
                    shard.path("commitIndex").asText("-"),
                    shard.path("quorate").asText("-")
                            + (shard.path("underReplicated").asBoolean() ? " (under-replicated)" : ""),
                    replicas(shard));
        }
        shards.print(System.out);
        for (JsonNode node : cluster.path("nodes")) {
            node.path("damagedShards")
                    .properties()
                    .forEach(each -> System.out.println("damaged: shard " + each.getKey() + " on node "
                            + DamagedCopies.id(node) + " (" + node.path("name").asText() + "): "
                            + each.getValue().asText()));
        }
    }

    private static String state(JsonNode node) {
        int damaged = node.path("damagedShards").size();
        String copies = damaged == 0 ? "" : " (" + damaged + " damaged)";
        if (node.hasNonNull("state")) {
            return node.path("state").asText() + copies;
        }
        return node.path("reachable").asBoolean(true) ? "reachable" : "unreachable";
    }

    private static long leads(JsonNode cluster, String nodeId) {
        long leads = 0;
        for (JsonNode shard : cluster.path("shards")) {
            leads += shard.path("leader").asText().equals(nodeId) ? 1 : 0;
        }
        return leads;
    }

    private static String replicas(JsonNode shard) {
        StringBuilder text = new StringBuilder();
        for (JsonNode replica : shard.path("replicas")) {
            text.append(text.isEmpty() ? "" : " ").append(replica.path("nodeId").asText());
            if (replica.path("role").asText().equals("learner")) {
                text.append("(learner)");
            }
            if (replica.hasNonNull("damaged")) {
                text.append("(damaged)");
            }
            if (replica.hasNonNull("matchIndex")) {
                text.append('@').append(replica.path("matchIndex").asText());
            }
        }
        return text.toString();
    }
}
