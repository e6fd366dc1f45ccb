package io.concordkv.it.fault;

import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Processes that end, and processes that stand still.
final class ProcessFaults {
    private static final long RESUME_MILLIS_MAX = 3_000;

    static final Fault KILL_LEADER = new Fault(
            "kill-leader",
            1,
            "kill -9 of the node that leads the most shards",
            "every shard takes writes within 3 s of the kill; it comes back",
            Fault.Field.SHARED,
            arena -> killOne(arena, arena.mostLeading()));

    static final Fault KILL_FOLLOWER = new Fault(
            "kill-follower",
            1,
            "kill -9 of the node that leads the fewest shards",
            "every shard takes writes within 3 s of the kill; it comes back",
            Fault.Field.SHARED,
            arena -> killOne(arena, arena.leastLeading()));

    static final Fault KILL_MAJORITY = new Fault(
            "kill-majority",
            1,
            "kill -9 of two nodes, then both start",
            "every shard takes writes within 3 s of the second live node",
            Fault.Field.SHARED,
            arena -> killMany(arena, List.of(arena.mostLeading(), arena.leastLeading())));

    static final Fault KILL_ALL = new Fault(
            "kill-all",
            1,
            "kill -9 of all nodes, then all start",
            "every shard takes writes within 3 s of the second live node",
            Fault.Field.SHARED,
            arena -> killMany(arena, arena.names()));

    static final Fault PAUSE_LEADER = new Fault(
            "pause-leader",
            2,
            "SIGSTOP of the node that leads the most shards, 0.1 to 20 s",
            "every shard takes writes within 3 s on the others; nothing stale when it wakes",
            Fault.Field.SHARED,
            arena -> pause(arena, Arena::mostLeading));

    static final Fault PAUSE_FOLLOWER = new Fault(
            "pause-follower",
            2,
            "SIGSTOP of the node that leads the fewest shards, 0.1 to 20 s",
            "every shard takes writes within 3 s on the others; nothing stale when it wakes",
            Fault.Field.SHARED,
            arena -> pause(arena, Arena::leastLeading));

    static final List<Fault> ALL =
            List.of(KILL_LEADER, KILL_FOLLOWER, KILL_MAJORITY, KILL_ALL, PAUSE_LEADER, PAUSE_FOLLOWER);

    private ProcessFaults() {}

    private static void killOne(Arena arena, String victim) throws Exception {
        arena.sleep(arena.random().nextInt(50, arena.extent().brief() ? 300 : 3_000));
        int led = arena.leaders(arena.other(victim)).getOrDefault(victim, 0);
        long killed = System.nanoTime();
        arena.cluster().kill(victim);
        arena.writesResume(
                arena.other(victim), killed, RESUME_MILLIS_MAX, "killed " + victim + ", which led " + led + " shards");
        arena.sleep(arena.random().nextInt(50, arena.extent().brief() ? 300 : 5_000));
        arena.cluster().start(victim);
    }

    private static void killMany(Arena arena, List<String> victims) throws Exception {
        arena.sleep(arena.random().nextInt(50, arena.extent().brief() ? 300 : 3_000));
        victims.forEach(arena.cluster()::kill);
        arena.sleep(arena.random().nextInt(50, arena.extent().brief() ? 300 : 5_000));
        victims.forEach(arena.cluster()::launch);
        List<Long> live = new ArrayList<>();
        for (NodeEntry node : arena.cluster().nodes()) {
            live.add(arena.cluster().live(node));
        }
        live.sort(Long::compare);
        // A quorum is back with the second node that answers, unless one never went away: then with the other.
        long quorum = live.get(1);
        arena.writesResume(arena.other(), quorum, RESUME_MILLIS_MAX, "killed " + String.join(", ", victims));
        victims.forEach(arena.cluster()::awaitReady);
    }

    private interface Choice {
        String of(Arena arena) throws IOException, InterruptedException;
    }

    private static void pause(Arena arena, Choice choice) throws Exception {
        for (int millis : arena.extent().brief() ? new int[] {100, 2_500} : new int[] {100, 1_000, 5_000, 20_000}) {
            String victim = choice.of(arena);
            int led = arena.leaders(arena.other(victim)).getOrDefault(victim, 0);
            long began = System.nanoTime();
            arena.cluster().pause(victim);
            try {
                if (millis >= 1_000) {
                    arena.writesResume(
                            arena.other(victim),
                            began,
                            RESUME_MILLIS_MAX,
                            "paused " + victim + ", which led " + led + " shards, for " + millis + " ms");
                }
                arena.sleep(Math.max(0, millis - (System.nanoTime() - began) / 1_000_000));
            } finally {
                arena.cluster().resume(victim);
            }
            arena.load().readNow(arena.cluster().node(victim));
            arena.cluster().awaitReady(victim);
        }
    }
}
