package io.concordkv.image;

import io.concordkv.image.ImageRecipe.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `concord images`. Exit codes: 0 done, 1 failed, 2 wrong usage.
@Command(
        name = "images",
        description = "Makes the container images of this build as files; no daemon, no registry.",
        footer = {
            "",
            "docker load -i DIR/node.tar, or: ctr -n k8s.io images import DIR/node.tar",
            "Each file holds the tags latest and the version. Linux only; needs ldd and a JDK with jlink."
        },
        mixinStandardHelpOptions = true)
public final class ImagesCommand implements Callable<Integer> {
    enum Format {
        TABLE,
        JSON
    }

    @Option(names = "--out", paramLabel = "DIR", description = "where to, default target/images of this clone")
    private @Nullable Path out;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "some of: node, operator, cli")
    private Set<Kind> only = EnumSet.allOf(Kind.class);

    @Option(names = "--roots", description = "leave the unpacked root of each image beside its file, in DIR/NAME")
    private boolean roots;

    @Option(
            names = "--native-sources",
            description = "instead, build and check what a native-image compiler would be given")
    private boolean nativeSources;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table (for people, default) or json (for programs)")
    private Format format = Format.TABLE;

    @Spec
    private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ImagesCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("images: " + failure.getMessage());
                    return 1;
                });
    }

    @Override
    public Integer call() throws IOException {
        Path home =
                Path.of(System.getProperty("concord.home", "")).toAbsolutePath().normalize();
        Path target = out == null
                ? home.resolve("target/images")
                : out.toAbsolutePath().normalize();
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        if (nativeSources) {
            return checkNativeSources(home, line);
        }
        long began = System.nanoTime();
        var build = new ImageBuild(home, target, roots, Sources.of(home), what -> tell(line.getErr(), began, what));
        List<BuiltImage> images = new ArrayList<>();
        for (Kind kind : EnumSet.copyOf(only)) {
            images.add(build.build(kind));
        }
        line.getOut().print(format == Format.JSON ? Report.json(images) + "\n" : Report.table(images));
        line.getOut().flush();
        return 0;
    }

    private static int checkNativeSources(Path home, CommandLine line) throws IOException {
        NativeSources.build(home);
        List<String> problems = new ArrayList<>();
        for (NativeSources sources : NativeSources.ALL) {
            Path folder = sources.folder(home);
            problems.addAll(sources.problems(folder));
            line.getOut().println(folder);
        }
        problems.forEach(line.getErr()::println);
        return problems.isEmpty() ? 0 : 1;
    }

    private static void tell(PrintWriter err, long began, String what) {
        err.printf("%4d s  %s%n", (System.nanoTime() - began) / 1_000_000_000, what);
        err.flush();
    }
}
