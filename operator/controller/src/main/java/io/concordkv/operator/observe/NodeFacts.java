package io.concordkv.operator.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `GET /admin/v1/node` said.
///
/// @param nodeId    id in the cluster; null before it has one
/// @param clusterId cluster the volume belongs to; null while `empty`
/// @param volumeId  identity of the volume, drawn when it was formatted (SAFETY I1)
/// @param replicas  replicas on the node
/// @param leaders   shards it leads, the topology group included
/// @param damagedShards ids of the shards whose copy on the node is damaged, ascending
public record NodeFacts(
        @Nullable String nodeId,
        @Nullable String clusterId,
        @Nullable String volumeId,
        NodeState state,
        @Nullable String version,
        @Nullable String zone,
        int replicas,
        int leaders,
        List<String> damagedShards) {}
