package io.concordkv.image.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.image.ImageRecipe;
import io.concordkv.image.stage.Digests;
import io.concordkv.image.stage.Layer;
import io.concordkv.image.stage.StagedFile;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Writes an image as `docker save` does.
///
/// | file in the archive | holds                                                             |
/// |---------------------|-------------------------------------------------------------------|
/// | `<sha256>.tar.gz`   | a layer, one for each value of [Layer], in its order              |
/// | `<sha256>.json`     | the configuration; its digest is the image's id                   |
/// | `manifest.json`     | names of the two above, and the tags; last, as `docker save` does |
public final class ArchiveWriter {
    private ArchiveWriter() {}

    /// @param folder for files that do not go into the image
    /// @param tar    replaced when it exists
    public static void write(ImageRecipe recipe, ImageFacts facts, List<StagedFile> files, Path folder, Path tar)
            throws IOException {
        Path layerFolder = Files.createDirectories(folder.resolve("layers"));
        Files.createDirectories(tar.toAbsolutePath().getParent());
        List<LayerWriter.Written> layers = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            List<StagedFile> own =
                    files.stream().filter(file -> file.layer() == layer).toList();
            layers.add(LayerWriter.write(layer, own, layerFolder));
        }
        Path unfinished = tar.resolveSibling(tar.getFileName() + ".new");
        try {
            pack(recipe, facts, layers, unfinished);
            Files.move(unfinished, tar, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void pack(ImageRecipe recipe, ImageFacts facts, List<LayerWriter.Written> layers, Path file)
            throws IOException {
        var json = new ObjectMapper();
        byte[] config = json.writeValueAsBytes(ImageConfig.of(recipe, facts, layers));
        var digest = Digests.sha256();
        digest.update(config);
        String configName = Digests.hex(digest) + ".json";

        ArrayNode manifest = json.createArrayNode();
        ObjectNode image = manifest.addObject().put("Config", configName);
        image.putArray("RepoTags")
                .add(recipe.repository() + ":latest")
                .add(recipe.repository() + ":" + facts.version());
        ArrayNode names = image.putArray("Layers");
        layers.forEach(layer -> names.add(layer.fileName()));

        try (var tar = new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (LayerWriter.Written layer : layers) {
                try (InputStream in = Files.newInputStream(layer.file())) {
                    put(tar, layer.fileName(), Files.size(layer.file()), in);
                }
            }
            put(tar, configName, config.length, new ByteArrayInputStream(config));
            byte[] list = json.writeValueAsBytes(manifest);
            put(tar, "manifest.json", list.length, new ByteArrayInputStream(list));
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, long size, InputStream content)
            throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        content.transferTo(tar);
        tar.closeArchiveEntry();
    }
}
