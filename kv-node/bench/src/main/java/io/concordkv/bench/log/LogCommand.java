package io.concordkv.bench.log;

import io.concordkv.bench.load.TemporaryFolder;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `concord bench log`.
@Command(
        name = "log",
        description = {
            "Measure the write-ahead log beside a bare loop of synced overwrites with as many blocks a sync, its start"
                    + " on a large log, and the room that compaction saves.",
            "Needs a file system with direct I/O, and 2 GB of room."
        },
        mixinStandardHelpOptions = true)
public final class LogCommand implements Callable<Integer> {
    private static final int QUICK_BYTES = 64 << 20;
    private static final int BYTES = 1 << 30;
    private static final int QUICK_KEYS = 100_000;
    private static final int KEYS = 400_000;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "folder on the volume to measure, where a temporary one is made; default: that of the system")
    private @Nullable Path directory;

    @Option(
            names = "--rounds",
            defaultValue = "25",
            paramLabel = "N",
            description = "the tables show medians over them, default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "0.3",
            paramLabel = "S",
            description = "of each subject in each round, default ${DEFAULT-VALUE}: short, so that what else the volume"
                    + " does meets all of them")
    private double seconds;

    @Option(
            names = "--groups",
            defaultValue = "1000",
            paramLabel = "N",
            description = "in the log of the start, default ${DEFAULT-VALUE}")
    private int groups;

    @Option(
            names = "--heap",
            defaultValue = "256m",
            paramLabel = "BYTES",
            description = "limit of the starting process, default ${DEFAULT-VALUE} as for nodes")
    private String heap = "256m";

    @Option(
            names = "--only",
            split = ",",
            defaultValue = "ways,writing,restart,space",
            paramLabel = "PART",
            description = "of ways, writing, restart, space; default all")
    private List<String> only = List.of();

    @Option(names = "--quick", description = "one short round of everything: shows that it works, not how fast")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        Path folder = directory == null
                ? Files.createTempDirectory("concord-log")
                : Files.createTempDirectory(Files.createDirectories(directory), "concord-log");
        PrintStream out = System.out;
        LogBench bench =
                new LogBench(folder, quick ? 1 : rounds, quick ? Math.min(seconds, 0.2) : seconds, out, System.err);
        try {
            if (only.contains("ways")) {
                bench.ways();
            }
            if (only.contains("writing")) {
                bench.writing();
            }
            if (only.contains("restart")) {
                bench.restart(quick ? QUICK_BYTES : BYTES, groups, quick ? 1 : Math.min(rounds, 3), heap);
            }
            if (only.contains("space")) {
                bench.space(quick ? QUICK_KEYS : KEYS, quick ? List.of(4) : List.of(4, 8, 16));
            }
        } finally {
            TemporaryFolder.delete(folder);
        }
        return 0;
    }
}
