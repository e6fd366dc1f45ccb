package io.concordkv.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which sources a build was made from.
///
/// @param version  in the top `pom.xml`
/// @param revision commit, `-dirty` behind it when sources differ from it, or others lie beside them; `unknown` without
/// git
/// @param time     of the commit
record Sources(String version, String revision, Instant time) {
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>concordkv</artifactId>\\s*<version>([^<]+)</version>");

    /// What a build takes up without asking git; other files of the clone do no harm.
    private static final String[] UNTRACKED_SOURCES = {
        "ls-files", "--others", "--exclude-standard", "--", "*src/main/*", "*pom.xml", ".mvn/*", "*/jvm-flags"
    };

    /// @param home top of the clone
    static Sources of(Path home) throws IOException {
        Matcher version = VERSION.matcher(Files.readString(home.resolve("pom.xml")));
        if (!version.find()) {
            throw new IOException(home.resolve("pom.xml") + " names no version of concordkv");
        }
        if (Files.notExists(home.resolve(".git"))) {
            return new Sources(version.group(1), "unknown", Instant.EPOCH);
        }
        String[] commit = git(home, "log", "-1", "--format=%H %ct").split(" ");
        boolean clean =
                git(home, "status", "--porcelain", "--untracked-files=no").isEmpty()
                        && git(home, UNTRACKED_SOURCES).isEmpty();
        return new Sources(
                version.group(1),
                clean ? commit[0] : commit[0] + "-dirty",
                Instant.ofEpochSecond(Long.parseLong(commit[1])));
    }

    private static String git(Path home, String... arguments) throws IOException {
        var command = new java.util.ArrayList<>(List.of("git", "-C", home.toString()));
        command.addAll(List.of(arguments));
        return Programs.output(command).strip();
    }
}
