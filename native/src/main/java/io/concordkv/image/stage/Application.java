package io.concordkv.image.stage;

import io.concordkv.image.ImageRecipe;
import io.concordkv.image.ImageRecipe.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The jars of an image, as the build has left them in the clone.
public final class Application {
    private static final List<String> LICENCES = List.of("LICENSE", "NOTICE", "THIRD-PARTY.md");
    private static final String OWN = "concordkv-";
    private static final String OWN_IN_QUARKUS = "io.concordkv.";
    private static final String MAIN = "io.concordkv.tools.ConcordCommand";

    private Application() {}

    /// @param home top of the clone
    /// @throws IOException when something is not built
    public static void stage(StagedRoot root, ImageRecipe recipe, Path home) throws IOException {
        for (String name : LICENCES) {
            root.copy(Layer.APPLICATION, home.resolve(name), "/licenses/" + name);
        }
        switch (recipe.kind()) {
            case NODE -> quarkus(root, home.resolve("kv-node/server/target/quarkus-app"));
            case OPERATOR -> quarkus(root, home.resolve("operator/controller/target/quarkus-app"));
            case CLI -> classPath(root, home.resolve("kv-node/tools/target"), recipe);
        }
    }

    static boolean isOwn(Kind kind, String jar) {
        return switch (kind) {
            case NODE, OPERATOR -> jar.startsWith(OWN_IN_QUARKUS);
            case CLI -> jar.startsWith(OWN);
        };
    }

    /// A jar in `lib` is ours or another's; all else is made by this build.
    private static void quarkus(StagedRoot root, Path built) throws IOException {
        if (Files.notExists(built.resolve("quarkus-run.jar"))) {
            throw new IOException("not built: " + built);
        }
        try (Stream<Path> files = Files.walk(built)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = built.relativize(file).toString();
                if (name.endsWith(".aot") || name.endsWith(".txt")) {
                    continue; // the build's own cache, and a list for people
                }
                boolean foreign = name.startsWith("lib/")
                        && !isOwn(Kind.NODE, file.getFileName().toString());
                place(root, foreign, file, ImageRecipe.APPLICATION + "/" + name);
            }
        }
    }

    private static void classPath(StagedRoot root, Path built, ImageRecipe recipe) throws IOException {
        Path list = built.resolve("class-path");
        if (Files.notExists(list)) {
            throw new IOException("not built: " + list);
        }
        var jars = new ArrayList<Path>();
        try (Stream<Path> files = Files.list(built)) {
            files.filter(file -> file.getFileName().toString().matches(OWN + ".*(?<!-tests)\\.jar"))
                    .forEach(jars::add);
        }
        Stream.of(Files.readString(list).strip().split(":")).map(Path::of).forEach(jars::add);
        List<String> names = new ArrayList<>();
        for (Path jar : jars) {
            String file = jar.getFileName().toString();
            String name = (isOwn(Kind.CLI, file) ? "own/" : "lib/") + file;
            names.add(name);
            place(root, !isOwn(Kind.CLI, file), jar, ImageRecipe.APPLICATION + "/" + name);
        }
        root.write(Layer.APPLICATION, ImageRecipe.APPLICATION + "/" + recipe.jar(), Jars.launcher(MAIN, names));
    }

    private static void place(StagedRoot root, boolean foreign, Path file, String path) throws IOException {
        if (foreign) {
            root.copy(Layer.LIBRARIES, file, path);
        } else if (!file.toString().endsWith(".jar")) {
            root.copy(Layer.APPLICATION, file, path);
        } else {
            root.write(Layer.APPLICATION, path, Jars.normalised(file));
        }
    }
}
