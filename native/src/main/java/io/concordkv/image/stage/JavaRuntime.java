package io.concordkv.image.stage;

import io.concordkv.image.ImageRecipe;
import io.concordkv.image.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A Java runtime of chosen modules, linked from the JDK this program runs on.
///
/// Its files are not compressed: layers are, and better. The default class data archive stays, because
/// a cache is recorded on top of it and a JVM that cannot take the cache still starts from it.
public final class JavaRuntime {
    /// For heaps above 32 GiB; key tools; launching jars as programs; reading another JDK's modules.
    private static final Set<String> LEFT_OUT =
            Set.of("lib/server/classes_nocoops.jsa", "bin/keytool", "lib/jexec", "lib/jrt-fs.jar");

    private JavaRuntime() {}

    /// @param folder for files that do not go into the image
    public static void stage(StagedRoot root, List<String> modules, Path folder) throws IOException {
        Path linked = folder.resolve("runtime");
        Programs.output(
                List.of(
                        jlink().toString(),
                        "--add-modules",
                        String.join(",", modules),
                        "--strip-debug",
                        "--no-man-pages",
                        "--no-header-files",
                        "--vm",
                        "server",
                        "--compress",
                        "zip-0",
                        "--generate-cds-archive",
                        "--output",
                        linked.toString()),
                Duration.ofMinutes(10));
        try (Stream<Path> files = Files.walk(linked)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = linked.relativize(file).toString();
                if (!LEFT_OUT.contains(name)) {
                    root.copy(Layer.RUNTIME, file, ImageRecipe.RUNTIME + "/" + name);
                }
            }
        }
        Folders.delete(linked);
    }

    private static Path jlink() throws IOException {
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        if (!Files.isExecutable(jlink)) {
            throw new IOException("the JDK in " + System.getProperty("java.home")
                    + " has no jlink; images need a complete JDK 25, for example Temurin");
        }
        return jlink;
    }
}
