package io.concordkv.image.stage;

import io.concordkv.image.ImageRecipe;
import io.concordkv.image.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What lies below the Java runtime: the files of this machine's C library that the runtime's programs
/// and libraries ask for, at the paths where the loader looks, and what a C library reads about users and names.
public final class SystemFiles {
    /// Loaded by name when a host name is looked up; part of libc itself since glibc 2.34.
    private static final List<String> LOADED_BY_NAME =
            List.of("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2");

    /// Of `C.UTF-8`, as every glibc since 2.35 has it.
    private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

    private SystemFiles() {}

    /// @param runtime staged already
    public static void stage(StagedRoot root, Path runtime) throws IOException {
        for (String library : needed(runtime)) {
            root.copy(Layer.SYSTEM, Path.of(library), library);
        }
        locale(root);
        int user = ImageRecipe.USER;
        text(
                root,
                "/etc/passwd",
                "root:x:0:0::/:/sbin/nologin\nconcord:x:" + user + ":" + user + "::/tmp:/sbin/nologin\n");
        text(root, "/etc/group", "root:x:0:\nconcord:x:" + user + ":\n");
        text(root, "/etc/nsswitch.conf", "hosts: files dns\n");
        for (String mountPoint : List.of("/dev", "/proc", "/sys")) {
            root.directory(Layer.SYSTEM, mountPoint, StagedFile.DIRECTORY, StagedFile.ROOT);
        }
        root.directory(Layer.SYSTEM, "/tmp", 0_1777, StagedFile.ROOT);
        root.directory(Layer.SYSTEM, ImageRecipe.DATA, 0_775, user);
    }

    /// Arguments that are not ASCII are read by it; the C library itself knows only `C`.
    private static void locale(StagedRoot root) throws IOException {
        if (Files.isDirectory(LOCALE)) {
            try (Stream<Path> files = Files.walk(LOCALE)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    root.copy(Layer.SYSTEM, file, file.toString());
                }
            }
        }
    }

    private static void text(StagedRoot root, String path, String content) throws IOException {
        root.write(Layer.SYSTEM, path, content.getBytes(StandardCharsets.UTF_8));
    }

    /// Paths as the loader found them, sorted.
    private static TreeSet<String> needed(Path runtime) throws IOException {
        var command = new ArrayList<>(List.of("ldd", runtime.resolve("bin/java").toString()));
        try (Stream<Path> files = Files.walk(runtime.resolve("lib"))) {
            files.filter(file -> file.toString().endsWith(".so"))
                    .map(Path::toString)
                    .sorted()
                    .forEach(command::add);
        }
        var paths = libraries(Programs.output(command), runtime);
        for (String name : LOADED_BY_NAME) {
            for (String libc : List.copyOf(paths)) {
                Path beside = Path.of(libc).resolveSibling(name);
                if (libc.endsWith("/libc.so.6") && Files.exists(beside)) {
                    paths.add(beside.toString());
                }
            }
        }
        return paths;
    }

    /// Of the lines of `ldd`: `name => path (address)`, and `path (address)` for the loader itself.
    ///
    /// @param runtime its own libraries find each other
    static TreeSet<String> libraries(String output, Path runtime) {
        var paths = new TreeSet<String>();
        for (String line : output.lines().toList()) {
            String found = line.substring(line.indexOf("=>") < 0 ? 0 : line.indexOf("=>") + 2)
                    .strip();
            int end = found.indexOf(" (");
            if (line.startsWith("\t")
                    && found.startsWith("/")
                    && end > 0
                    && !Path.of(found.substring(0, end)).normalize().startsWith(runtime)) {
                paths.add(found.substring(0, end));
            }
        }
        return paths;
    }
}
