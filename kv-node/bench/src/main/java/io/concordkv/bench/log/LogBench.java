package io.concordkv.bench.log;

import io.concordkv.bench.load.TemporaryFolder;
import io.concordkv.bench.log.BareLoop.Way;
import io.concordkv.disk.FileDisk;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `./concord bench log`: what is measured in which order, and the tables. All of it on one volume, rounds of
/// different subjects in turns, medians.
final class LogBench {
    private static final List<Integer> RECORDS = List.of(1, 16, 128);
    private static final List<Integer> BLOCKS = List.of(1, 2, 9, 16, 64, 256);

    private final Path folder;
    private final int rounds;
    private final long nanos;
    private final PrintStream out;
    private final PrintStream progress;

    LogBench(Path folder, int rounds, double seconds, PrintStream out, PrintStream progress) {
        this.folder = folder;
        this.rounds = rounds;
        this.nanos = (long) (seconds * 1e9);
        this.out = out;
        this.progress = progress;
    }

    /// How blocks should reach the volume.
    void ways() throws IOException {
        Path place = Files.createDirectory(folder.resolve("ways"));
        Map<Way, BareLoop> loops = new EnumMap<>(Way.class);
        try {
            for (Way way : Way.values()) {
                loops.put(way, new BareLoop(place, way));
            }
            out.println("| KiB a sync | " + String.join(" | ", labels("µs a sync")) + " |");
            out.println("|--:|" + "--:|".repeat(Way.values().length));
            for (int blocks : BLOCKS) {
                progress.println("bare loops of " + blocks + " blocks");
                Map<Way, List<Rate>> rates = new EnumMap<>(Way.class);
                for (int round = 0; round < rounds; round++) {
                    for (Way way : Way.values()) {
                        rates.computeIfAbsent(way, it -> new ArrayList<>())
                                .add(loop(loops, way).run(blocks, nanos));
                    }
                }
                StringBuilder line = new StringBuilder("| " + 4 * blocks + " |");
                rates.forEach((way, all) -> line.append(
                        String.format(Locale.ROOT, " %.0f |", 1e6 / Rate.median(all, Rate::syncsPerSecond))));
                out.println(line);
            }
            out.println();
        } finally {
            for (BareLoop loop : loops.values()) {
                loop.close();
            }
            TemporaryFolder.delete(place);
        }
    }

    private static List<String> labels(String figure) {
        List<String> labels = new ArrayList<>();
        for (Way way : Way.values()) {
            labels.add(way.label + ", " + figure);
        }
        return labels;
    }

    private static BareLoop loop(Map<Way, BareLoop> loops, Way way) {
        BareLoop loop = loops.get(way);
        if (loop == null) {
            throw new IllegalStateException("no loop for " + way);
        }
        return loop;
    }

    /// The log beside the bare loop with the same number of blocks a sync.
    void writing() throws IOException, InterruptedException {
        Path place = Files.createDirectory(folder.resolve("writing"));
        try (FileDisk disk = FileDisk.open(place.resolve("log"));
                LogLoad log = new LogLoad(disk);
                BareLoop bare = new BareLoop(place, Way.DIRECT)) {
            out.println("| records of 256 B a frame | blocks a sync | log, MB/s | bare loop, MB/s | log ÷ loop | log,"
                    + " syncs/s | log, records/s |");
            out.println("|--:|--:|--:|--:|--:|--:|--:|");
            for (int records : RECORDS) {
                progress.println("frames of " + records + " records");
                int blocks = (int) Math.round(log.run(records, nanos).blocksPerSync());
                bare.run(blocks, nanos / 4);
                List<Rate> logs = new ArrayList<>();
                List<Rate> loops = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    logs.add(log.run(records, nanos));
                    loops.add(bare.run(blocks, nanos));
                }
                out.println(line(Rate.median(logs), Rate.median(loops)));
            }
            out.println();
        } finally {
            TemporaryFolder.delete(place);
        }
    }

    private static String line(Rate log, Rate bare) {
        return String.format(
                Locale.ROOT,
                "| %.1f | %.2f, %.0f | %.1f | %.1f | %.2f | %.0f | %.0f |",
                log.recordsPerSync(),
                log.blocksPerSync(),
                bare.blocksPerSync(),
                log.megabytesPerSecond(),
                bare.megabytesPerSecond(),
                log.megabytesPerSecond() / bare.megabytesPerSecond(),
                log.syncsPerSecond(),
                log.recordsPerSync() * log.syncsPerSecond());
    }

    /// Starts on a log of so many bytes; the first of each round finds nothing of it in the page cache, as far as
    /// it was written past it.
    void restart(long bytes, int groups, int starts, String heap) throws IOException, InterruptedException {
        out.println(
                "| log, MB | groups | entries | heap limit | start, first, ms | start, second, ms | heap used, MB |");
        out.println("|--:|--:|--:|--:|--:|--:|--:|");
        for (int round = 0; round < starts; round++) {
            progress.println("writing a log of " + bytes / 1_000_000 + " MB");
            Path place = Files.createDirectory(folder.resolve("restart"));
            try {
                LogRestart restart = new LogRestart(place, heap);
                restart.write(bytes, groups);
                LogRestart.Start first = restart.start();
                LogRestart.Start second = restart.start();
                out.printf(
                        Locale.ROOT,
                        "| %d | %d | %d | %s | %d | %d | %d |%n",
                        bytes / 1_000_000,
                        first.groups(),
                        first.entries(),
                        heap,
                        first.millis(),
                        second.millis(),
                        first.heapBytes() / 1_000_000);
            } finally {
                TemporaryFolder.delete(place);
            }
        }
        out.println();
    }

    /// Room with compaction, for keys that are overwritten a few times each.
    void space(int keys, List<Integer> times) throws IOException {
        out.println(
                "| keys of 256 B | writes of each | without compaction, MB | log, MB | each key once, MB | saved |");
        out.println("|--:|--:|--:|--:|--:|--:|");
        for (int each : times) {
            progress.println("overwriting " + keys + " keys " + each + " times");
            Path place = Files.createDirectory(folder.resolve("space"));
            try {
                LogSpace.Room room = LogSpace.run(place, keys, (long) keys * each);
                out.printf(
                        Locale.ROOT,
                        "| %d | %d | %.0f | %.0f | %.0f | %.0f %% |%n",
                        keys,
                        each,
                        room.written() / 1e6,
                        room.log() / 1e6,
                        room.snapshot() / 1e6,
                        room.savedPercent());
            } finally {
                TemporaryFolder.delete(place);
            }
        }
        out.println();
    }
}
