package io.concordkv.bench.log;

import io.concordkv.disk.FileDisk;
import io.concordkv.wal.Wal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// How long a node's start takes for a large log of many groups: in a JVM of its own, as a node is started.
final class LogRestart {
    private static final int RECORDS_A_FRAME = 128;
    private static final String RESULT = "result\t";

    private final Path folder;
    private final String heap;

    /// What one start found.
    ///
    /// @param millis    from the first look at the folder until the log takes records
    /// @param heapBytes that the log holds then
    record Start(long millis, int groups, long entries, long heapBytes) {}

    /// @param heap largest heap of the starting JVM, as the node's own `-Xmx`
    LogRestart(Path folder, String heap) {
        this.folder = folder;
        this.heap = heap;
    }

    /// Writes a log that nobody compacts.
    void write(long bytes, int groups) throws IOException {
        try (FileDisk disk = FileDisk.open(folder);
                Wal wal = Wal.open(disk, "wal", LogLoad.OPTIONS, new SplittableRandom(1))) {
            Groups all = new Groups(groups);
            all.create(wal);
            while (wal.stats().segmentBytes() < bytes) {
                for (int i = 0; i < RECORDS_A_FRAME; i++) {
                    wal.enqueue(List.of(all.next()));
                }
                wal.writeQueued();
                wal.syncWritten();
            }
        }
    }

    Start start() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx" + heap,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogRestart.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(said::add);
        }
        int exit = process.waitFor();
        if (exit != 0 || said.isEmpty() || !said.getLast().startsWith(RESULT)) {
            throw new IOException("the start ended with exit code " + exit + ": " + said);
        }
        String[] fields = said.getLast().split("\t", -1);
        return new Start(
                Long.parseLong(fields[1]),
                Integer.parseInt(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]));
    }

    public static void main(String[] arguments) throws IOException {
        measure(Path.of(arguments[0]), System.out);
    }

    private static void measure(Path folder, PrintStream out) throws IOException {
        try (FileDisk disk = FileDisk.open(folder)) {
            long start = System.nanoTime();
            try (Wal wal = Wal.open(disk, "wal", LogLoad.OPTIONS, new SplittableRandom(1))) {
                long millis = (System.nanoTime() - start) / 1_000_000;
                long entries = wal.recovery().groups().values().stream()
                        .mapToLong(
                                group -> group.lastIndex() - group.compacted().index())
                        .sum();
                System.gc();
                long heap =
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
                out.println(RESULT + millis + "\t" + wal.recovery().groups().size() + "\t" + entries + "\t" + heap);
            }
        }
    }
}
