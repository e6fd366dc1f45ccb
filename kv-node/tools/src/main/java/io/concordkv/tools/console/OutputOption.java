package io.concordkv.tools.console;

import picocli.CommandLine.Option;

/// `-o table|json`, the same in every command.
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table (for people, default) or json (for programs)")
    private OutputFormat format = OutputFormat.TABLE;

    public boolean isJson() {
        return format == OutputFormat.JSON;
    }
}
