package io.concordkv.image.archive;

import io.concordkv.image.ImageRecipe;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// What a build adds to a recipe.
///
/// @param version  of the product, also the second tag
/// @param revision commit the files came from, `-dirty` behind it when files differ from it
/// @param time     of the commit
/// @param inputs   digest of what the cache was made from
public record ImageFacts(String version, String revision, Instant time, String inputs) {
    public static final String INPUTS_LABEL = "io.concordkv.aot.inputs";

    /// Names of the OCI image specification, and one of ours.
    public Map<String, String> labels(ImageRecipe recipe) {
        var labels = new TreeMap<String, String>();
        labels.put("org.opencontainers.image.title", recipe.title());
        labels.put("org.opencontainers.image.description", recipe.description());
        labels.put("org.opencontainers.image.version", version);
        labels.put("org.opencontainers.image.revision", revision);
        labels.put("org.opencontainers.image.created", time.toString());
        labels.put("org.opencontainers.image.licenses", "Apache-2.0");
        labels.put("org.opencontainers.image.vendor", "ConcordKV");
        labels.put(INPUTS_LABEL, inputs);
        return labels;
    }
}
