package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/// One node as the operator last saw it.
///
/// @param name     name of node and pod
/// @param nodeId   id in the cluster; kept while the node cannot be reached
/// @param zone     zone the node reported
/// @param state    state the node reported, or `unreachable`, `pending`, `failed`
/// @param replicas replicas on it
/// @param leaders  shards it leads
/// @param version  version the node reported
/// @param reason   why it is not serving; the container's termination message when it stopped itself
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterMember(
        @Required String name,
        @Nullable String nodeId,
        @Nullable String zone,
        @Nullable String state,
        @Nullable Integer replicas,
        @Nullable Integer leaders,
        @Nullable String version,
        @Nullable String reason) {}
