package io.concordkv.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.image.archive.ArchiveSummary.LayerSummary;
import java.util.List;
import java.util.Locale;

/// What the command prints of the images it made.
final class Report {
    private static final double MEGABYTE = 1e6;

    private Report() {}

    static String table(List<BuiltImage> images) {
        var text = new StringBuilder();
        text.append(String.format("%-20s %14s %12s  %s%n", "IMAGE", "COMPRESSED MB", "UNPACKED MB", "FILE"));
        for (BuiltImage image : images) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-20s %14.1f %12.1f  %s%n",
                    image.recipe().repository(),
                    image.archive().compressedBytes() / MEGABYTE,
                    image.allUnpackedBytes() / MEGABYTE,
                    image.archive().file()));
            for (LayerSummary layer : image.archive().layers()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %-18s %14.1f %12.1f  %s%n",
                        layer.layer().name().toLowerCase(Locale.ROOT),
                        layer.compressedBytes() / MEGABYTE,
                        image.unpackedBytes().getOrDefault(layer.layer(), 0L) / MEGABYTE,
                        layer.digest()));
            }
        }
        return text.toString();
    }

    static String json(List<BuiltImage> images) {
        ArrayNode all = new ObjectMapper().createArrayNode();
        for (BuiltImage image : images) {
            ObjectNode one = all.addObject();
            one.put("image", image.recipe().repository());
            one.put("file", image.archive().file().toString());
            image.archive().tags().forEach(one.putArray("tags")::add);
            one.put("compressedBytes", image.archive().compressedBytes());
            one.put("unpackedBytes", image.allUnpackedBytes());
            one.put("aotInputs", image.inputs());
            ArrayNode layers = one.putArray("layers");
            for (LayerSummary layer : image.archive().layers()) {
                layers.addObject()
                        .put("layer", layer.layer().name().toLowerCase(Locale.ROOT))
                        .put("digest", layer.digest())
                        .put("compressedBytes", layer.compressedBytes())
                        .put("unpackedBytes", image.unpackedBytes().getOrDefault(layer.layer(), 0L));
            }
        }
        return all.toPrettyString();
    }
}
