package io.concordkv.it.fault;

import io.concordkv.it.finding.Difference;
import io.concordkv.tools.nodes.NodeEntry;
import java.util.List;
import java.util.Map;

/// Links that lose, delay and come and go.
final class LinkFaults {
    private static final long RESUME_MILLIS_MAX = 3_000;
    private static final int GROWTH_MAX = 2;
    private static final int DELAY_MILLIS = 40;
    private static final int LOSS_PERCENT = 10;

    static final Fault PARTITION = new Fault(
            "partition",
            3,
            "the node that leads the most shards cut off from the others",
            "the others take writes within 3 s; terms grow by 2 at most",
            Fault.Field.SHARED,
            arena -> cutOff(arena, Direction.BOTH));

    static final Fault MUTE = new Fault(
            "partition-out",
            3,
            "what the node that leads the most shards sends is lost",
            "the others take writes within 3 s; terms grow by 2 at most",
            Fault.Field.SHARED,
            arena -> cutOff(arena, Direction.OUT));

    static final Fault DEAF = new Fault(
            "partition-in",
            3,
            "what is sent to the node that leads the most shards is lost",
            "the others take writes within 3 s; terms grow by 2 at most",
            Fault.Field.SHARED,
            arena -> cutOff(arena, Direction.IN));

    static final Fault BRIDGE = new Fault(
            "partition-bridge",
            3,
            "two nodes do not reach each other, the third reaches both",
            "every shard takes writes within 3 s; terms grow by 2 at most",
            Fault.Field.SHARED,
            LinkFaults::bridge);

    static final Fault DELAY = new Fault(
            "delay", 4, "40 ms on every frame of every link", "no election", Fault.Field.SHARED, LinkFaults::delay);

    static final Fault LOSS = new Fault(
            "loss", 4, "10 % of every link lost", "terms grow by 2 at most", Fault.Field.SHARED, LinkFaults::loss);

    static final Fault FLAPPING = new Fault(
            "flapping",
            5,
            "a link of the node that leads the most shards, one second on, one second off",
            "terms grow by 2 a minute at most",
            Fault.Field.SHARED,
            LinkFaults::flap);

    static final List<Fault> ALL = List.of(PARTITION, MUTE, DEAF, BRIDGE, DELAY, LOSS, FLAPPING);

    private enum Direction {
        BOTH,
        OUT,
        IN
    }

    private LinkFaults() {}

    private static void cutOff(Arena arena, Direction direction) throws Exception {
        String victim = arena.mostLeading();
        NodeEntry other = arena.other(victim);
        Map<String, Long> before = arena.terms(other);
        try (Links links = new Links(arena.cluster())) {
            arena.note(
                    "%s; %s leads %d shards",
                    links.way(), victim, arena.leaders(other).getOrDefault(victim, 0));
            long began = System.nanoTime();
            for (String name : arena.names()) {
                if (!name.equals(victim) && direction != Direction.IN) {
                    links.cut(victim, name);
                }
                if (!name.equals(victim) && direction != Direction.OUT) {
                    links.cut(name, victim);
                }
            }
            arena.writesResume(other, began, RESUME_MILLIS_MAX, victim + " cut off");
            arena.sleep(arena.extent().brief() ? 1_500 : 15_000);
        }
        arena.load().readNow(arena.cluster().node(victim));
        settle(arena, before, GROWTH_MAX);
    }

    private static void bridge(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        String second = arena.other(victim).name();
        NodeEntry middle = arena.other(victim, second);
        Map<String, Long> before = arena.terms(middle);
        try (Links links = new Links(arena.cluster())) {
            arena.note(links.way());
            long began = System.nanoTime();
            links.cutBoth(victim, second);
            arena.writesResume(middle, began, RESUME_MILLIS_MAX, victim + " and " + second + " apart");
            arena.sleep(arena.extent().brief() ? 1_500 : 20_000);
        }
        settle(arena, before, GROWTH_MAX);
    }

    private static void delay(Arena arena) throws Exception {
        Map<String, Long> before = arena.terms(arena.other());
        try (Links links = new Links(arena.cluster())) {
            links.delayEverywhere(DELAY_MILLIS);
            arena.sleep(arena.extent().brief() ? 3_000 : 20_000);
            settle(arena, before, 0);
        }
    }

    private static void loss(Arena arena) throws Exception {
        Map<String, Long> before = arena.terms(arena.other());
        try (Links links = new Links(arena.cluster())) {
            arena.note(links.way());
            links.loseEverywhere(LOSS_PERCENT);
            arena.sleep(arena.extent().brief() ? 3_000 : 30_000);
        }
        settle(arena, before, GROWTH_MAX);
    }

    private static void flap(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        String second = arena.other(victim).name();
        Map<String, Long> before = arena.terms(arena.other(victim, second));
        try (Links links = new Links(arena.cluster())) {
            arena.note(links.way());
            for (int i = 0; i < (arena.extent().brief() ? 3 : 30); i++) {
                links.cutBoth(victim, second);
                arena.sleep(1_000);
                links.heal();
                arena.sleep(1_000);
            }
        }
        settle(arena, before, GROWTH_MAX);
    }

    private static void settle(Arena arena, Map<String, Long> before, long growthMax) throws Exception {
        arena.writesResume(arena.other(), System.nanoTime(), 2 * RESUME_MILLIS_MAX, "links whole");
        Map<String, Long> after = arena.terms(arena.other());
        long growth = Arena.growth(before, after);
        arena.note("terms grew by %d at most", growth);
        Difference.unless(growth <= growthMax, "terms must grow by %d at most: %s, then %s", growthMax, before, after);
    }
}
