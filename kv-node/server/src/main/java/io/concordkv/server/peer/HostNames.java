package io.concordkv.server.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Names from a hosts file, read at every look-up; it is small, and it changes when pods move.
/// Blocking: background threads only.
final class HostNames {
    private final Optional<Path> file;

    HostNames(Optional<String> file) {
        this.file = file.filter(it -> !it.isBlank()).map(Path::of);
    }

    /// The address the file gives for a name, else the name itself for the system to resolve.
    String resolve(String name) throws IOException {
        if (file.isEmpty() || !Files.exists(file.get())) {
            return name;
        }
        for (String line : Files.readAllLines(file.get(), StandardCharsets.UTF_8)) {
            int comment = line.indexOf('#');
            String[] words =
                    (comment < 0 ? line : line.substring(0, comment)).trim().split("\\s+");
            for (int i = 1; i < words.length; i++) {
                if (words[i].equalsIgnoreCase(name)) {
                    return words[0];
                }
            }
        }
        return name;
    }
}
