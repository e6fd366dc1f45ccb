package io.concordkv.operator.observe;

import org.jspecify.annotations.Nullable;

/// What `GET /admin/v1/node` said.
///
/// @param nodeId    id in the cluster; null before it has one
/// @param clusterId cluster the volume belongs to; null while `empty`
/// @param volumeId  identity of the volume, drawn when it was formatted (SAFETY I1)
/// @param replicas  replicas on the node
/// @param leaders   shards it leads, the topology group included
public record NodeFacts(
        @Nullable String nodeId,
        @Nullable String clusterId,
        @Nullable String volumeId,
        NodeState state,
        @Nullable String version,
        @Nullable String zone,
        int replicas,
        int leaders) {}
