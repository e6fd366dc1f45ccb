package io.concordkv.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The flags that every node is started with: a line each, empty lines and those behind `#` left out.
public final class JvmFlags {
    private JvmFlags() {}

    /// @param home top of the clone
    public static List<String> of(Path home) throws IOException {
        return in(Files.readAllLines(home.resolve("kv-node/server/jvm-flags")));
    }

    /// @param lines of such a file
    static List<String> in(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
