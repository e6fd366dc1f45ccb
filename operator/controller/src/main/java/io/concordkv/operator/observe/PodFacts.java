package io.concordkv.operator.observe;

import org.jspecify.annotations.Nullable;

/// One pod of the cluster.
///
/// @param ordinal   number at the end of its name
/// @param revision  template revision it was made from
/// @param deleting  somebody has asked for its end
/// @param ip        address, null until it has one
/// @param unscheduled why it has no machine for some time; null when it has one
/// @param container that of the node; others may have been added to the pod
public record PodFacts(
        String name,
        String uid,
        int ordinal,
        String revision,
        boolean ready,
        boolean deleting,
        @Nullable String ip,
        @Nullable String unscheduled,
        ContainerFacts container) {}
