package io.concordkv.it;

import io.concordkv.it.conformance.Ending;
import io.concordkv.it.fault.AllFaults;
import io.concordkv.it.fault.Arena;
import io.concordkv.it.fault.Fault;
import io.concordkv.it.fault.FaultReport;
import io.concordkv.it.fault.FaultResult;
import io.concordkv.it.fault.FaultRunner;
import io.concordkv.it.fault.OwnNetwork;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.OutputOption;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `concord faults`: what clusters of real node processes do when something goes wrong.
@Command(
        name = "faults",
        description = {
            "Starts node processes on loopback in a folder of their own, calls them from many sides, puts one fault",
            "after the other on them, and checks that the history is linearizable, that nothing acknowledged is lost",
            "and that every shard takes writes again in time. Exit: 0 all passed, 1 a fault failed, 2 wrong usage."
        },
        footer = {
            "",
            "  faults --list                         the faults",
            "  faults --only kill-leader,wiped-disk  these alone",
            "  faults --only failover --kills 50     figures: failover and scale run only when they are named",
            "  faults --minutes 60                   all of them again and again, an hour",
            "  faults --brief --patience 2           the least, on a busy machine: what CI runs"
        },
        mixinStandardHelpOptions = true)
public final class FaultsCommand implements Callable<Integer> {
    @Option(names = "--list", description = "print the faults and end")
    private boolean list;

    @Option(names = "--only", paramLabel = "FAULT", split = ",", description = "these alone; may be repeated")
    private List<String> only = List.of();

    @Option(
            names = "--rounds",
            defaultValue = "1",
            paramLabel = "N",
            description = "how often all of them, default ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--minutes", paramLabel = "M", description = "again and again for so long, instead of --rounds")
    private @Nullable Integer minutes;

    @Option(names = "--brief", description = "the least that shows each fault")
    private boolean brief;

    @Option(
            names = "--patience",
            defaultValue = "1",
            paramLabel = "FACTOR",
            description = "on every bound of time, 1 to 10; default ${DEFAULT-VALUE}, right for a quiet machine")
    private double patience;

    @Option(
            names = "--kills",
            defaultValue = "50",
            paramLabel = "N",
            description = "of the figures of fail-over, default ${DEFAULT-VALUE}")
    private int kills;

    @Option(names = "--seed", paramLabel = "N", description = "of victims and times; printed at the end")
    private @Nullable Long seed;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "where the clusters lie; must be empty. Without it a temporary folder, kept when something fails")
    private @Nullable Path directory;

    @Option(names = "--shared-network", description = "stay in the machine's network: nodes drop frames themselves")
    private boolean sharedNetwork;

    @Mixin
    private OutputOption output = new OutputOption();

    private final List<String> arguments;

    /// @param arguments as given, to start the same again in a network of its own
    FaultsCommand(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FaultsCommand(List.of(arguments)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("faults: " + failure.getMessage());
                    return failure instanceof CommandFailure told ? told.exitCode() : 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        List<Fault> faults = faults();
        if (list) {
            faults.forEach(it ->
                    System.out.printf("%-16s %2d  %s%n%20s%s%n", it.name(), it.number(), it.title(), "", it.bar()));
            return 0;
        }
        if (!sharedNetwork && !OwnNetwork.isInside() && OwnNetwork.isPossible()) {
            return OwnNetwork.run(again());
        }
        long drawn = seed == null ? System.nanoTime() : seed;
        Path folder = folder();
        try (Ending ending = Ending.watch("faults")) {
            List<FaultResult> results = run(faults, drawn, folder, ending);
            if (output.isJson()) {
                System.out.println(FaultReport.json(drawn, results));
            } else {
                FaultReport.summary(drawn, results, System.out);
            }
            if (FaultReport.hasFailed(results)) {
                System.err.println("faults: data and logs of the nodes are in " + folder);
                return 1;
            }
            deleteTree(folder);
            return 0;
        }
    }

    /// The command line of this program.
    private List<String> again() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FaultsCommand.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private void check() {
        if (rounds < 1 || kills < 1 || (minutes != null && minutes < 1)) {
            throw CommandFailure.usage("--rounds, --minutes and --kills are numbers, at least 1");
        }
        if (!(patience >= 1 && patience <= 10)) {
            throw CommandFailure.usage("--patience: want 1 to 10, got " + patience);
        }
    }

    private List<Fault> faults() {
        List<Fault> all = Stream.concat(AllFaults.LIST.stream(), AllFaults.FIGURES.stream())
                .toList();
        for (String name : only) {
            if (all.stream().noneMatch(it -> it.name().equals(name))) {
                throw CommandFailure.usage("no fault '" + name + "'; --list prints them");
            }
        }
        return all.stream()
                .filter(it -> only.contains(it.name()) || (only.isEmpty() && (list || AllFaults.LIST.contains(it))))
                .toList();
    }

    private Path folder() throws IOException {
        if (directory == null) {
            return Files.createTempDirectory("concord-faults");
        }
        if (Files.exists(directory)) {
            try (var inside = Files.list(directory)) {
                if (inside.findAny().isPresent()) {
                    throw CommandFailure.usage("--dir: " + directory + " is not empty");
                }
            }
        }
        return Files.createDirectories(directory).toAbsolutePath();
    }

    private List<FaultResult> run(List<Fault> faults, long drawn, Path folder, Ending ending)
            throws InterruptedException {
        List<FaultResult> results = new ArrayList<>();
        long until = minutes == null
                ? Long.MAX_VALUE
                : System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        var extent = new Arena.Extent(brief, patience, kills);
        try (FaultRunner runner = new FaultRunner(folder, extent, drawn, System.err)) {
            for (int round = 1; minutes == null ? round <= rounds : System.nanoTime() < until; round++) {
                for (Fault fault : faults) {
                    if (ending.isWanted() || System.nanoTime() > until) {
                        return results;
                    }
                    System.err.println("faults: " + fault.name() + (round > 1 ? ", round " + round : ""));
                    FaultResult result = runner.run(fault, round);
                    results.add(result);
                    if (!output.isJson()) {
                        FaultReport.line(result, System.out);
                    }
                }
            }
        }
        return results;
    }

    private static void deleteTree(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
