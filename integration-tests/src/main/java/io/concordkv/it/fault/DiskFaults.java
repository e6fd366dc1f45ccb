package io.concordkv.it.fault;

import io.concordkv.it.finding.Difference;
import io.concordkv.tools.nodes.NodeEntry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Disks that are full, slow or stuck, and syncs that fail.
final class DiskFaults {
    private static final long LEAVES_MILLIS_MAX = 10_000;
    private static final long ENDS_MILLIS_MAX = 5_000;
    private static final long SPACE_BACK_MILLIS_MAX = 60_000;
    private static final long RESUME_MILLIS_MAX = 6_000;

    static final Fault FAILED_SYNC = new Fault(
            "failed-sync",
            10,
            "one sync of a frame of the log fails on the node that leads the most shards (PUT /faults)",
            "its process ends; it starts again and is not damaged",
            Fault.Field.SHARED,
            DiskFaults::failSync);

    static final Fault DISK_FULL = new Fault(
            "disk-full",
            12,
            "ext4 volumes of one node, then two, filled to the last block; a node restarted meanwhile",
            "reads go on, puts are refused with 507 when a quorum is full, a full node starts; writes within 60 s of space",
            Fault.Field.OWN.onVolume(),
            DiskFaults::fill);

    static final Fault SLOW_DISK = new Fault(
            "slow-disk",
            13,
            "every sync of the node that leads the most shards takes 3 s (PUT /faults)",
            "it leads nothing within 10 s",
            Fault.Field.SHARED,
            arena -> slow(arena, 3_000));

    static final Fault SLOWER_DISK = new Fault(
            "slower-disk",
            13,
            "every sync of the node that leads the most shards takes 0.5 s (PUT /faults)",
            "it leads nothing within 10 s",
            Fault.Field.SHARED,
            arena -> slow(arena, 500));

    static final Fault STUCK_DISK = new Fault(
            "stuck-disk",
            13,
            "the ext4 volume of the node that leads the most shards frozen for 12 s: no write or sync returns",
            "it leads nothing within 10 s",
            Fault.Field.OWN.onVolume(),
            DiskFaults::freeze);

    static final List<Fault> ALL = List.of(FAILED_SYNC, DISK_FULL, SLOW_DISK, SLOWER_DISK, STUCK_DISK);

    private DiskFaults() {}

    private static void failSync(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        long began = System.nanoTime();
        arena.cluster().faults(victim, "{\"disk\":{\"failSync\":\"once\",\"of\":\"wal/segment-\"}}");
        arena.await(victim + " ends", ENDS_MILLIS_MAX, () -> !arena.cluster().isRunning(victim));
        arena.note(
                "%s ended after %d ms: %s", victim, (System.nanoTime() - began) / 1_000_000, arena.lastWords(victim));
        arena.writesResume(arena.other(victim), began, RESUME_MILLIS_MAX, "a sync of " + victim + " failed");
        arena.cluster().start(victim);
        Difference.unless(arena.damaged(victim).isEmpty(), "%s is damaged: %s", victim, arena.damaged(victim));
    }

    private static void slow(Arena arena, int millis) throws Exception {
        String victim = arena.mostLeading();
        NodeEntry other = arena.other(victim);
        arena.cluster().faults(victim, "{\"disk\":{\"delayMs\":" + millis + "}}");
        try {
            leadersLeave(arena, victim, other);
        } finally {
            arena.cluster().faults(victim, "{}");
        }
    }

    private static void leadersLeave(Arena arena, String victim, NodeEntry other) throws Exception {
        long began = System.nanoTime();
        arena.await(
                victim + " leads nothing",
                LEAVES_MILLIS_MAX,
                () -> arena.leaders(other).getOrDefault(victim, 0) == 0);
        arena.note("%s leads nothing after %d ms", victim, (System.nanoTime() - began) / 1_000_000);
        arena.writesResume(other, System.nanoTime(), RESUME_MILLIS_MAX, "leaders have left " + victim);
    }

    private static void freeze(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        NodeEntry other = arena.other(victim);
        Volume volume = arena.volume(victim);
        long began = System.nanoTime();
        volume.freeze();
        try {
            leadersLeave(arena, victim, other);
            arena.sleep(Math.max(0, 12_000 - (System.nanoTime() - began) / 1_000_000));
        } finally {
            volume.thaw();
        }
        arena.load().readNow(arena.cluster().node(victim));
        if (!arena.cluster().isRunning(victim)) {
            arena.note("%s has ended: %s", victim, arena.lastWords(victim));
            arena.cluster().start(victim);
        }
        arena.cluster().awaitReady(victim);
    }

    private static void fill(Arena arena) throws Exception {
        String first = arena.mostLeading();
        NodeEntry spare = arena.other(first);
        String second = arena.other(first, spare.name()).name();
        arena.volume(first).fill();
        arena.note("%s has %d bytes left", first, arena.volume(first).freeBytes());
        arena.sleep(2_000);
        arena.writesResume(spare, System.nanoTime(), LEAVES_MILLIS_MAX, "the volume of " + first + " is full");
        arena.volume(second).fill();
        for (String key : arena.keys().values()) {
            arena.await(
                    "a put of " + key + " is refused with 507",
                    LEAVES_MILLIS_MAX,
                    () -> put(arena, spare, key).statusCode() == 507);
            HttpResponse<byte[]> read =
                    arena.cluster().send(spare, "GET", "/v1/keys/" + key, new byte[0], Duration.ofSeconds(5));
            Difference.unless(read.statusCode() == 200, "a read of %s was answered with %d", key, read.statusCode());
        }
        arena.cluster().kill(first);
        arena.cluster().launch(first);
        arena.await(
                first + " serves although its volume is full",
                30_000,
                () -> arena.cluster().status(first).path("state").asText().equals("serving"));
        arena.volume(first).free();
        arena.volume(second).free();
        arena.writesResume(spare, System.nanoTime(), SPACE_BACK_MILLIS_MAX, "there is room again");
        arena.cluster().awaitReady(first);
    }

    private static HttpResponse<byte[]> put(Arena arena, NodeEntry asked, String key)
            throws IOException, InterruptedException {
        byte[] body = key.getBytes(StandardCharsets.UTF_8);
        return arena.cluster().send(asked, "PUT", "/v1/keys/" + key, body, Duration.ofSeconds(5));
    }
}
