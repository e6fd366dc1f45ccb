package io.concordkv.it.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.concordkv.it.finding.Difference;
import io.concordkv.tools.console.JsonText;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.tools.remote.AdminClient;
import java.io.IOException;
import java.util.List;

/// Whole nodes that go and come back as others, under load.
final class NodeFaults {
    private static final long ASK_MILLIS_MAX = 20_000;
    private static final long MOVES_MILLIS_MAX = 60_000;
    private static final long RESUME_MILLIS_MAX = 6_000;

    static final Fault LEAVES = new Fault(
            "leave",
            18,
            "of four nodes the one that leads most is drained and removed, and comes back empty",
            "drained within 60 s; its process ends by itself, sets its data aside, and joins as another node",
            Fault.Field.OWN.withNodes(4),
            NodeFaults::leave);

    static final Fault REPLACED = new Fault(
            "replace",
            16,
            "kill -9 of a node, its data folder emptied, then :replace; it comes back in its own place",
            "every shard has three replicas again within 60 s, and stands the loss of another node",
            Fault.Field.OWN,
            NodeFaults::replace);

    static final List<Fault> ALL = List.of(LEAVES, REPLACED);

    private NodeFaults() {}

    private static void leave(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        NodeEntry asked = arena.other(victim);
        String id = arena.status(asked, victim).path("id").asText();
        long began = System.nanoTime();
        post(arena, asked, id, "drain");
        arena.await(
                victim + " is drained",
                MOVES_MILLIS_MAX,
                () -> arena.status(asked, victim).path("state").asText().equals("drained"));
        arena.note("%s: drained after %d ms", victim, millisSince(began));
        post(arena, asked, id, "remove");
        arena.await(
                victim + " ends by itself",
                MOVES_MILLIS_MAX,
                () -> !arena.cluster().isRunning(victim));
        comesBack(arena, asked, victim, id);
    }

    private static void replace(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        NodeEntry asked = arena.other(victim);
        String id = arena.status(asked, victim).path("id").asText();
        arena.cluster().kill(victim);
        VolumeFaults.deleteTree(arena.cluster().data(victim));
        post(arena, asked, id, "replace");
        comesBack(arena, asked, victim, id);
        String second = arena.other(victim, asked.name()).name();
        long killed = System.nanoTime();
        arena.cluster().kill(second);
        arena.writesResume(asked, killed, RESUME_MILLIS_MAX, "killed " + second + " as well");
        arena.cluster().start(second);
    }

    /// Asks until it is done: a node that has just died still counts as caught up nowhere, and leaders are on their
    /// way.
    private static void post(Arena arena, NodeEntry asked, String id, String verb) throws Exception {
        String[] last = {""};
        try {
            arena.await(verb + " of node " + id, ASK_MILLIS_MAX, () -> {
                AdminClient.Reply reply = arena.cluster()
                        .admin(asked.name())
                        .post("/admin/v1/nodes/" + id + ":" + verb, JsonText.object());
                last[0] = reply.explanation();
                return reply.isSuccess();
            });
        } catch (Difference late) {
            throw new Difference(late.getMessage() + ": " + last[0]);
        }
    }

    private static void comesBack(Arena arena, NodeEntry asked, String victim, String formerId) throws Exception {
        long began = System.nanoTime();
        arena.cluster().join(victim);
        arena.await(
                "every shard has all its replicas, none on node " + formerId,
                MOVES_MILLIS_MAX,
                () -> isWhole(arena, asked, formerId));
        arena.note(
                "%s: back as node %s, every shard whole after %d ms",
                victim, arena.status(asked, victim).path("id").asText(), millisSince(began));
    }

    private static boolean isWhole(Arena arena, NodeEntry asked, String formerId) throws IOException {
        JsonNode cluster = arena.cluster()
                .admin(asked.name())
                .get("/admin/v1/cluster", 5_000)
                .body();
        for (JsonNode shard : cluster.path("shards")) {
            int voters = 0;
            for (JsonNode replica : shard.path("replicas")) {
                voters += replica.path("role").asText().equals("voter") ? 1 : 0;
                if (replica.path("nodeId").asText().equals(formerId)) {
                    return false;
                }
            }
            if (voters < 3 || shard.path("underReplicated").asBoolean(true)) {
                return false;
            }
        }
        return true;
    }

    private static long millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
