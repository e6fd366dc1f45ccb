package io.concordkv.image.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.concordkv.image.stage.Layer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// What an archive says of itself, read back from the file.
///
/// @param tags   with the repository, in the archive's order
/// @param layers lowest first
/// @param config the image's configuration
public record ArchiveSummary(Path file, List<String> tags, List<LayerSummary> layers, JsonNode config) {

    /// @param digest          of the uncompressed bytes, `sha256:` and 64 hexadecimal digits
    /// @param compressedBytes as in the archive
    public record LayerSummary(Layer layer, String digest, long compressedBytes) {}

    public long compressedBytes() {
        return layers.stream().mapToLong(LayerSummary::compressedBytes).sum();
    }

    /// @throws IOException when the file is no image archive of this program
    public static ArchiveSummary read(Path file) throws IOException {
        var json = new ObjectMapper();
        Map<String, Long> sizes = new LinkedHashMap<>();
        Map<String, JsonNode> documents = new LinkedHashMap<>();
        try (var tar = new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                sizes.put(entry.getName(), entry.getSize());
                if (entry.getName().endsWith(".json")) {
                    documents.put(entry.getName(), json.readTree(tar.readAllBytes()));
                }
            }
        }
        JsonNode manifest =
                documents.getOrDefault("manifest.json", json.nullNode()).path(0);
        JsonNode config = documents.getOrDefault(manifest.path("Config").asText(), json.nullNode());
        JsonNode digests = config.path("rootfs").path("diff_ids");
        if (digests.size() != Layer.values().length) {
            throw new IOException(file + ": want " + Layer.values().length + " layers, found " + digests.size());
        }
        var layers = new ArrayList<LayerSummary>();
        for (Layer layer : Layer.values()) {
            int at = layer.ordinal();
            String name = manifest.path("Layers").path(at).asText();
            layers.add(new LayerSummary(layer, digests.path(at).asText(), sizes.getOrDefault(name, 0L)));
        }
        var tags = new ArrayList<String>();
        manifest.path("RepoTags").forEach(tag -> tags.add(tag.asText()));
        return new ArchiveSummary(file, tags, layers, config);
    }
}
