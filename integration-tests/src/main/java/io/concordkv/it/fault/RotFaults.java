package io.concordkv.it.fault;

import io.concordkv.disk.FileDisk;
import io.concordkv.it.finding.Difference;
import io.concordkv.it.finding.NotRun;
import io.concordkv.tools.nodes.NodeEntry;
import io.concordkv.wal.WalInspector;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Single bits of a stopped node's files turned over.
final class RotFaults {
    private static final long SHOWS_MILLIS_MAX = 20_000;
    private static final long RESUME_MILLIS_MAX = 6_000;
    private static final int BLOCK_BYTES = 4096;
    private static final String SNAPSHOT_KEYSPACE_SHARD = "1";

    static final Fault LOG = new Fault(
            "rot-log",
            8,
            "one bit of a synced frame in the log of a stopped node",
            "it refuses to start, or shows the shards of that frame as damaged; nothing of it is served",
            Fault.Field.OWN,
            RotFaults::log);

    static final Fault IDENTITY = new Fault(
            "rot-identity",
            8,
            "one bit of the identity file of a stopped node",
            "it refuses to start and says why; put right, it is well",
            Fault.Field.SHARED,
            RotFaults::identity);

    static final Fault SNAPSHOT = new Fault(
            "rot-snapshot",
            8,
            "one bit of a snapshot that a stopped node would start from",
            "it refuses to start, or shows that shard as damaged; nothing of it is served",
            Fault.Field.OWN,
            RotFaults::snapshot);

    static final List<Fault> ALL = List.of(LOG, IDENTITY, SNAPSHOT);

    private RotFaults() {}

    private static void log(Arena arena) throws Exception {
        String victim = arena.mostLeading();
        arena.sleep(1_000);
        arena.cluster().kill(victim);
        Path data = arena.cluster().data(victim);
        List<WalInspector.Sight.Frame> frames = new ArrayList<>();
        try (FileDisk disk = FileDisk.unlocked(data)) {
            WalInspector.dump(disk, "wal", sight -> {
                if (sight instanceof WalInspector.Sight.Frame frame && !frame.checkpoint()) {
                    frames.add(frame);
                }
            });
        }
        long durable = frames.stream()
                .mapToLong(WalInspector.Sight.Frame::durable)
                .max()
                .orElse(0);
        List<WalInspector.Sight.Frame> synced = frames.stream()
                .filter(it -> it.sequence() <= durable && !it.records().isEmpty())
                .toList();
        Difference.unless(!synced.isEmpty(), "the log of %s holds no synced frame", victim);
        var frame = synced.get(arena.random().nextInt(synced.size()));
        long at = frame.offset() + arena.random().nextLong((long) frame.blocks() * BLOCK_BYTES);
        turnOver(arena, data.resolve(frame.file()), at);
        arena.note(
                "%s, frame %d, byte %d of %d blocks",
                frame.file(), frame.sequence(), at - frame.offset(), frame.blocks());
        showsOrRefuses(arena, victim);
    }

    private static void identity(Arena arena) throws Exception {
        String victim = arena.leastLeading();
        Path file = arena.cluster().data(victim).resolve("identity");
        arena.cluster().kill(victim);
        byte[] whole = Files.readAllBytes(file);
        long at = arena.random().nextInt(whole.length);
        turnOver(arena, file, at);
        arena.cluster().launch(victim);
        arena.await(
                victim + " refuses to start",
                SHOWS_MILLIS_MAX,
                () -> !arena.cluster().isRunning(victim));
        String log = arena.cluster().log(victim);
        Difference.unless(log.contains("identity file"), "%s does not say why: %s", victim, log.strip());
        arena.note("byte %d of %d: refused to start", at, whole.length);
        Files.write(file, whole);
        arena.cluster().start(victim);
        Difference.unless(arena.damaged(victim).isEmpty(), "%s is damaged: %s", victim, arena.damaged(victim));
    }

    private static void snapshot(Arena arena) throws Exception {
        String victim = arena.leastLeading();
        Path folder = arena.cluster().data(victim).resolve("snapshots").resolve(SNAPSHOT_KEYSPACE_SHARD);
        arena.sleep(1_000);
        arena.cluster().admin(victim).post("/admin/v1/shards/" + SNAPSHOT_KEYSPACE_SHARD + ":compact", null);
        arena.await(
                "a snapshot of shard " + SNAPSHOT_KEYSPACE_SHARD,
                10_000,
                () -> !snapshots(folder).isEmpty());
        arena.sleep(500); // its mark reaches the log
        arena.cluster().kill(victim);
        List<Path> files = snapshots(folder);
        if (files.isEmpty()) {
            throw new NotRun("the snapshot is gone again");
        }
        Path file = files.getLast();
        long at = arena.random().nextLong(Files.size(file));
        turnOver(arena, file, at);
        arena.note("%s, byte %d of %d", file.getFileName(), at, Files.size(file));
        showsOrRefuses(arena, victim);
    }

    private static List<Path> snapshots(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(it -> it.toString().endsWith(".snap")).sorted().toList();
        }
    }

    private static void turnOver(Arena arena, Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 1 << arena.random().nextInt(8));
        }
    }

    private static void showsOrRefuses(Arena arena, String victim) throws Exception {
        arena.spoilt(victim);
        NodeEntry other = arena.other();
        arena.cluster().launch(victim);
        arena.await(
                victim + " refuses to start or says what is damaged",
                SHOWS_MILLIS_MAX,
                () -> !arena.cluster().isRunning(victim)
                        || !arena.damaged(victim).isEmpty());
        if (arena.cluster().isRunning(victim)) {
            var damaged = arena.damaged(victim);
            arena.note(
                    "%s: %d shards damaged, %s",
                    victim, damaged.size(), damaged.values().iterator().next());
        } else {
            arena.note("%s refused to start", victim);
        }
        arena.writesResume(other, System.nanoTime(), RESUME_MILLIS_MAX, "with that");
        arena.sleep(arena.extent().brief() ? 1_000 : 5_000); // reads through the victim go on
    }
}
