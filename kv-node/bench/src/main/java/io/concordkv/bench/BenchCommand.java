package io.concordkv.bench;

import io.concordkv.bench.engine.EngineBench;
import io.concordkv.bench.load.Footprint;
import io.concordkv.bench.load.LoadCommand;
import io.concordkv.bench.load.StageCommand;
import io.concordkv.bench.load.TemporaryFolder;
import io.concordkv.bench.log.LogCommand;
import io.concordkv.tools.console.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord bench`: alone it measures whole clusters.
@Command(
        name = "bench",
        description = {
            "Measure a cluster: puts, linearizable gets and batches of 256-byte values from closed-loop clients.",
            "Without --dir or --endpoints it starts three nodes of its own in a temporary folder."
        },
        subcommands = {
            BenchCommand.Engines.class,
            LogCommand.class,
            JmhCommand.class,
            StageCommand.class,
            BenchCommand.FootprintOfNodes.class
        },
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
    @Mixin
    private LoadCommand load = new LoadCommand();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand())
                .setExitCodeExceptionMapper(failure -> failure instanceof CommandFailure told ? told.exitCode() : 1)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("bench: " + failure.getMessage());
                    return failure instanceof CommandFailure told ? told.exitCode() : 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        return load.run();
    }

    @Command(
            name = "engines",
            description = "Measure the storage engines beside the JDK's sorted maps, each in a JVM of its own.",
            mixinStandardHelpOptions = true)
    static final class Engines implements Callable<Integer> {
        @Option(
                names = "--entries",
                defaultValue = "1000000",
                paramLabel = "N",
                description = "keys of 16 and values of 100 bytes, default ${DEFAULT-VALUE}")
        private int entries;

        @Option(
                names = "--rounds",
                defaultValue = "3",
                paramLabel = "N",
                description = "the table shows medians over them, default ${DEFAULT-VALUE}")
        private int rounds;

        @Override
        public Integer call() throws Exception {
            EngineBench.run(entries, rounds, System.out);
            return 0;
        }
    }

    @Command(
            name = "footprint",
            description = "Measure what three idle nodes cost, their memory after many puts, and their restart.",
            mixinStandardHelpOptions = true)
    static final class FootprintOfNodes implements Callable<Integer> {
        @Option(
                names = "--settle",
                defaultValue = "240",
                paramLabel = "SECONDS",
                description = "before the idle measurement, default ${DEFAULT-VALUE}:"
                        + " what idle nodes do is so rare that it takes Java minutes to compile it")
        private int settleSeconds;

        @Option(
                names = "--idle",
                defaultValue = "60",
                paramLabel = "SECONDS",
                description = "how long idle nodes are measured, default ${DEFAULT-VALUE}")
        private int idleSeconds;

        @Option(
                names = "--puts",
                defaultValue = "1000000",
                paramLabel = "N",
                description = "of 256 bytes over 100000 keys, default ${DEFAULT-VALUE}")
        private int puts;

        @Option(
                names = "--base-port",
                defaultValue = "18080",
                paramLabel = "PORT",
                description = "of the nodes this command starts, default ${DEFAULT-VALUE}")
        private int basePort;

        @Override
        public Integer call() throws Exception {
            Path directory = Files.createTempDirectory("concord-footprint");
            try {
                Footprint.Figures seen =
                        new Footprint(directory, basePort, System.err).measure(settleSeconds, idleSeconds, puts);
                System.out.printf("three idle nodes: %.2f %% of a core%n", seen.idleCorePercent());
                System.out.printf("resident after %d puts, bytes: %s%n", puts, seen.residentBytes());
                System.out.printf("ready after kill and start, ms: %s%n", seen.restartMillis());
            } finally {
                TemporaryFolder.delete(directory);
            }
            return 0;
        }
    }
}
