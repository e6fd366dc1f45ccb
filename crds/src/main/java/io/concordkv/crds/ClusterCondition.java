package io.concordkv.crds;

import io.fabric8.generator.annotation.Required;

/// One condition in the shape Kubernetes tools expect.
///
/// @param type               what is judged, such as `Ready`
/// @param status             `True`, `False` or `Unknown`
/// @param reason             one CamelCase word for machines
/// @param message            one sentence for people
/// @param lastTransitionTime RFC 3339; when `status` last changed
/// @param observedGeneration generation of the spec that was judged
public record ClusterCondition(
        @Required String type,
        @Required String status,
        @Required String reason,
        @Required String message,
        @Required String lastTransitionTime,
        @Required Long observedGeneration) {

    /// Whether `status` is `True`.
    public boolean holds() {
        return status.equals("True");
    }
}
