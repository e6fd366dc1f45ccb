package io.concordkv.image.train;

import io.concordkv.image.ImageRecipe;
import io.concordkv.image.stage.Layer;
import io.concordkv.image.stage.StagedRoot;
import io.concordkv.server.training.TrainedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Records the cache of a staged image with the image's own runtime and files, and proves its use.
///
/// The JVM binds a cache to the files of its class path by their names below a common folder, sizes and
/// times, and to the runtime; not to where the folder lies. So no root is needed to record at `/app` what
/// will be read there. The proof runs from a folder of another name, and as root in the image's own layout.
public final class CacheRecorder {
    private final ImageRecipe recipe;
    private final Path home;
    private final Path folder;
    private final Consumer<String> progress;

    /// @param home   top of the clone
    /// @param folder for files that do not go into the image
    public CacheRecorder(ImageRecipe recipe, Path home, Path folder, Consumer<String> progress) {
        this.recipe = recipe;
        this.home = home;
        this.folder = folder;
        this.progress = progress;
    }

    /// @return the same root with the cache in it, in a folder of another name
    /// @throws IOException when a run fails, or a JVM does not take the cache
    public StagedRoot record(StagedRoot root) throws IOException {
        Path training = Files.createDirectories(folder.resolve("training"));
        try (Rehearsal rehearsal = rehearsal(training)) {
            progress.accept("recording the ahead-of-time cache");
            rehearsal.record(program(root), root.at(recipe.cache()));
            root.own(Layer.CACHE, recipe.cache());

            progress.accept("checking that it is taken");
            StagedRoot moved = root.moveTo(folder.resolve("root"));
            Path check = Files.createDirectories(folder.resolve("check"));
            rehearsal.check(program(moved).demanding(moved.at(recipe.cache())), Place.plain(check));
            if (TrueLayout.isPossible()) {
                progress.accept("checking it in the image's own layout, read-only");
                Place place = TrueLayout.place(folder.resolve("own-layout"));
                rehearsal.check(TrueLayout.program(moved, recipe, place), place);
            }
            return moved;
        }
    }

    private Rehearsal rehearsal(Path training) throws IOException {
        return switch (recipe.kind()) {
            case NODE -> new NodeRehearsal(training);
            case OPERATOR -> OperatorRehearsal.start(home, training);
            case CLI -> CliRehearsal.start(home, training);
        };
    }

    private TrainedProgram program(StagedRoot root) {
        return new TrainedProgram(
                List.of(root.at(ImageRecipe.RUNTIME + "/bin/java").toString()),
                recipe.flags(),
                List.of(
                        "-jar",
                        root.at(ImageRecipe.APPLICATION + "/" + recipe.jar()).toString()),
                recipe.environment());
    }
}
