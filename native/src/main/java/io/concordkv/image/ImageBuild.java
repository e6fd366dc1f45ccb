package io.concordkv.image;

import io.concordkv.image.ImageRecipe.Kind;
import io.concordkv.image.archive.ArchiveSummary;
import io.concordkv.image.archive.ArchiveWriter;
import io.concordkv.image.archive.ImageFacts;
import io.concordkv.image.stage.Application;
import io.concordkv.image.stage.Folders;
import io.concordkv.image.stage.InputDigest;
import io.concordkv.image.stage.JavaRuntime;
import io.concordkv.image.stage.Layer;
import io.concordkv.image.stage.StagedRoot;
import io.concordkv.image.stage.SystemFiles;
import io.concordkv.image.stage.WorkFolder;
import io.concordkv.image.train.CacheRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.function.Consumer;

/// From the clone's built files to one image archive.
final class ImageBuild {
    private final Path home;
    private final Path out;
    private final boolean roots;
    private final Sources sources;
    private final Consumer<String> progress;

    /// @param home  top of the clone
    /// @param out   gets `<name>.tar`
    /// @param roots whether it gets the unpacked root `<name>` too
    ImageBuild(Path home, Path out, boolean roots, Sources sources, Consumer<String> progress) {
        this.home = home;
        this.out = out;
        this.roots = roots;
        this.sources = sources;
        this.progress = progress;
    }

    BuiltImage build(Kind kind) throws IOException {
        ImageRecipe recipe = Recipes.of(kind, home);
        try (var folder = WorkFolder.in(out, "." + kind.id() + "-")) {
            return build(recipe, folder.path());
        }
    }

    private BuiltImage build(ImageRecipe recipe, Path folder) throws IOException {
        Consumer<String> step = what -> progress.accept(recipe.kind().id() + ": " + what);
        step.accept("linking a Java runtime");
        StagedRoot root = StagedRoot.in(folder.resolve("recorded"));
        JavaRuntime.stage(root, recipe.modules(), folder);
        SystemFiles.stage(root, root.at(ImageRecipe.RUNTIME));
        Application.stage(root, recipe, home);
        String inputs = InputDigest.of(root.files(), recipe.flags());

        StagedRoot whole = new CacheRecorder(recipe, home, folder, step).record(root);

        step.accept("packing");
        var facts = new ImageFacts(sources.version(), sources.revision(), sources.time(), inputs);
        Path tar = out.resolve(recipe.kind().id() + ".tar");
        ArchiveWriter.write(recipe, facts, whole.files(), folder, tar);
        var unpacked = new EnumMap<Layer, Long>(Layer.class);
        for (Layer layer : Layer.values()) {
            unpacked.put(layer, whole.bytes(layer));
        }
        if (roots) {
            Path kept = out.resolve(recipe.kind().id());
            Folders.delete(kept);
            whole.moveTo(kept);
        }
        return new BuiltImage(recipe, ArchiveSummary.read(tar), inputs, unpacked);
    }
}
