package io.concordkv.operator.observe;

import org.jspecify.annotations.Nullable;

/// A volume claim of the cluster.
///
/// @param unbound why it has no volume for some time; null when it has one
public record ClaimFacts(
        String name,
        String uid,
        int ordinal,
        boolean deleting,
        @Nullable String unbound) {}
