package io.concordkv.image;

import io.concordkv.image.archive.ArchiveSummary;
import io.concordkv.image.stage.Layer;
import java.util.Map;

/// An image that lies in a file.
///
/// @param unpackedBytes of each layer's files
record BuiltImage(ImageRecipe recipe, ArchiveSummary archive, String inputs, Map<Layer, Long> unpackedBytes) {
    long allUnpackedBytes() {
        return unpackedBytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
