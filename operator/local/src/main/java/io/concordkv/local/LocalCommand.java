package io.concordkv.local;

import io.concordkv.local.command.DownCommand;
import io.concordkv.local.command.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Entry of `concord up` and `concord down`. Exit codes: 0 done, 1 failed or refused, 2 wrong usage.
@Command(
        name = "concord",
        description = "Kubernetes on this machine, the operator and a sample cluster.",
        mixinStandardHelpOptions = true,
        subcommands = {UpCommand.class, DownCommand.class})
public final class LocalCommand {
    private LocalCommand() {}

    static void main(String[] arguments) {
        System.exit(new CommandLine(new LocalCommand()).execute(arguments));
    }
}
