package io.concordkv.local.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// What `up` and `down` both take.
final class CommonOptions {
    enum Format {
        table,
        json
    }

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".concord",
            description = "Directory of the local cluster (default: ${DEFAULT-VALUE}).")
    Path directory = Path.of(".concord");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "Output format (default: ${DEFAULT-VALUE}).")
    Format format = Format.table;

    Path absolute() {
        return directory.toAbsolutePath().normalize();
    }
}
