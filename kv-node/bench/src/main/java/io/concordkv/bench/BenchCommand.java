package io.concordkv.bench;

import io.concordkv.bench.load.LoadCommand;
import io.concordkv.tools.console.CommandFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `concord bench`: alone it measures whole clusters.
@Command(
        name = "bench",
        description = {
            "Measure a cluster: puts, linearizable gets and batches of 256-byte values from closed-loop clients.",
            "Without --dir or --endpoints it starts three nodes of its own in a temporary folder."
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
}
