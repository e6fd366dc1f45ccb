package io.concordkv.it.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.it.finding.Difference;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.remote.AdminClient;
import io.concordkv.wire.TopologyMap;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Members that change under load.
final class MemberFaults {
    private static final long MOVE_MILLIS_MAX = 30_000;
    private static final long BETWEEN_MILLIS = 5_000;

    static final Fault CHURN = new Fault(
            "churn",
            18,
            "over four nodes a replica moves every 5 s",
            "every move ends within 30 s; no shard is ever without its quorum",
            Fault.Field.OWN.withNodes(4),
            MemberFaults::churn);

    static final List<Fault> ALL = List.of(CHURN);

    private MemberFaults() {}

    private static void churn(Arena arena) throws Exception {
        int moves = arena.extent().brief() ? 3 : 20;
        long slowest = 0;
        for (int i = 0; i < moves; i++) {
            long began = System.nanoTime();
            String id = begin(arena);
            arena.await("move " + id + " is over", MOVE_MILLIS_MAX, () -> {
                checkQuorums(arena);
                return isOver(arena, id);
            });
            long millis = (System.nanoTime() - began) / 1_000_000;
            slowest = Math.max(slowest, millis);
            arena.sleep(arena.extent().brief() ? 200 : Math.max(0, BETWEEN_MILLIS - millis));
        }
        arena.note("%d moves, the slowest took %d ms", moves, slowest);
    }

    private static String begin(Arena arena) throws IOException, InterruptedException {
        TopologyMap map = arena.topology();
        List<TopologyMap.Shard> shards = map.shardsOf("default");
        TopologyMap.Shard shard = shards.get(arena.random().nextInt(shards.size()));
        Set<String> free = new TreeSet<>();
        map.nodes().forEach(node -> free.add(node.id()));
        shard.replicas().forEach(free::remove);
        String from =
                shard.replicas().get(arena.random().nextInt(shard.replicas().size()));
        JsonNode body =
                JsonText.object().put("from", from).put("to", free.iterator().next());
        AdminClient.Reply reply =
                arena.cluster().admin(arena.other().name()).post("/admin/v1/shards/" + shard.id() + ":move", body);
        Difference.unless(reply.isSuccess(), "a move of shard %s: %s", shard.id(), reply.explanation());
        return reply.body().path("id").asText();
    }

    private static boolean isOver(Arena arena, String id) throws IOException {
        for (NodeEntry node : arena.cluster().nodes()) {
            AdminClient.Reply reply = arena.cluster().admin(node.name()).get("/admin/v1/moves/" + id, 2_000);
            if (reply.isSuccess()) {
                String phase = reply.body().path("phase").asText();
                Difference.unless(!phase.equals("cancelled"), "move %s was cancelled: %s", id, reply.body());
                return phase.equals("done");
            }
        }
        return false;
    }

    private static void checkQuorums(Arena arena) throws IOException {
        JsonNode cluster = arena.cluster()
                .admin(arena.other().name())
                .get("/admin/v1/cluster", 5_000)
                .body();
        for (JsonNode shard : cluster.path("shards")) {
            long voters = 0;
            for (JsonNode replica : shard.path("replicas")) {
                voters += replica.path("role").asText().equals("voter") ? 1 : 0;
            }
            Difference.unless(voters >= 3, "shard %s has %d voters: %s", shard.path("id"), voters, shard);
        }
    }
}
