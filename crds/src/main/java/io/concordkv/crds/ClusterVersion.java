package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// Versions of the node software: what the nodes report, and what the spec asks for.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterVersion(
        @Nullable String current, @Nullable String target) {}
