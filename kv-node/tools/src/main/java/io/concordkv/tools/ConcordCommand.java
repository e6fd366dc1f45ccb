package io.concordkv.tools;

import io.concordkv.client.ConcordException;
import io.concordkv.tools.admin.AdminCommand;
import io.concordkv.tools.console.CommandFailure;
import io.concordkv.tools.console.ExitCode;
import io.concordkv.tools.console.Waiting;
import io.concordkv.tools.kv.KvCommand;
import io.concordkv.tools.nodes.NodesCommand;
import io.concordkv.tools.shell.ShellCommand;
import io.concordkv.tools.wal.WalCommand;
import io.concordkv.wire.Executed;
import io.concordkv.wire.Problem;
import io.concordkv.wire.ProblemCode;
import io.concordkv.wire.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line's top: which verbs there are, and how a failure becomes a message and an exit code.
@Command(
        name = "concord",
        description = "ConcordKV: a strongly consistent, sharded key-value store.",
        subcommands = {NodesCommand.class, KvCommand.class, ShellCommand.class, AdminCommand.class, WalCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused, absent, or a finding",
            "2:wrong usage",
            "3:outcome unknown: it may have happened"
        },
        mixinStandardHelpOptions = true)
public final class ConcordCommand implements Callable<Integer> {
    private static final List<String> TELLING = List.of(" nodes", " shell", " export", " import");

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new ConcordCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(ConcordCommand::run)
                .setExitCodeExceptionMapper(ConcordCommand::exitCode)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message(failure));
                    return exitCode(failure);
                })
                .execute(arguments);
    }

    /// Commands with steps of their own tell them themselves; a shell has a person's attention.
    private static int run(CommandLine.ParseResult parsed) {
        CommandLine.ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        String name = last.commandSpec().qualifiedName();
        boolean tells = TELLING.stream().anyMatch(name::contains);
        if (tells) {
            return new CommandLine.RunLast().execute(parsed);
        }
        try (Waiting waiting = Waiting.begin(name, System.err)) {
            return new CommandLine.RunLast().execute(parsed);
        }
    }

    @Override
    public Integer call() {
        throw CommandFailure.usage("want a command; see --help");
    }

    private static int exitCode(Throwable failure) {
        return switch (failure) {
            case CommandFailure told -> told.exitCode();
            case ConcordException refused -> exitCode(refused.problem());
            // Made here, not at a node: an argument was wrong, or an answer could not be read.
            case ProblemException refused ->
                refused.problem().code() == ProblemCode.INVALID_JSON ? ExitCode.REFUSED : ExitCode.USAGE;
            case CommandLine.ParameterException _ -> ExitCode.USAGE;
            default -> ExitCode.REFUSED;
        };
    }

    private static int exitCode(Problem problem) {
        return problem.executed() == Executed.UNKNOWN ? ExitCode.UNKNOWN : ExitCode.REFUSED;
    }

    private static String message(Throwable failure) {
        return switch (failure) {
            case CommandFailure told -> String.valueOf(told.getMessage());
            case ConcordException refused -> String.valueOf(refused.getMessage());
            case ProblemException refused -> String.valueOf(refused.getMessage());
            case UncheckedIOException broken -> String.valueOf(broken.getMessage());
            case IOException broken -> broken.getClass().getSimpleName() + ": " + broken.getMessage();
            default -> failure.toString();
        };
    }
}
