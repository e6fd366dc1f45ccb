package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the operator last saw and is doing. Written only when something in it changed.
///
/// @param observedGeneration generation of the spec this status answers
/// @param clusterId          32 hex digits; stored before the cluster is founded (SAFETY I3)
/// @param bootstrapped       this cluster was seen active once; it is never founded again
/// @param nodes              pods that exist
/// @param readyNodes         pods that are ready
/// @param selector           label selector of the pods, for `/scale`
/// @param version            versions of the node software
/// @param members            one row a node, by name
/// @param shards             counts over the shards of all keyspaces, without the topology group
/// @param currentAction      the one disruptive thing under way
/// @param blockedBy          why the next step has to wait
/// @param endpoints          where clients connect
/// @param summary            counts as text, for `kubectl get`
/// @param conditions         by type
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConcordClusterStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("Identity of the cluster, stored before it is founded.") @Nullable
        String clusterId,

        @JsonPropertyDescription("Seen active once; never founded again.") @Nullable
        Boolean bootstrapped,

        @StatusReplicas @Nullable Integer nodes,
        @Nullable Integer readyNodes,
        @LabelSelector @Nullable String selector,
        @Nullable ClusterVersion version,
        List<ClusterMember> members,
        @Nullable ShardCounts shards,
        @Nullable CurrentAction currentAction,
        List<String> blockedBy,
        @Nullable ClusterEndpoints endpoints,
        @Nullable ClusterSummary summary,
        List<ClusterCondition> conditions) {

    public static final ConcordClusterStatus NONE = new ConcordClusterStatus(
            null, null, null, null, null, null, null, List.of(), null, null, List.of(), null, null, List.of());

    public ConcordClusterStatus {
        members = members == null ? List.of() : members;
        blockedBy = blockedBy == null ? List.of() : blockedBy;
        conditions = conditions == null ? List.of() : conditions;
    }

    public Optional<ClusterCondition> condition(String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    public Optional<ClusterMember> member(String name) {
        return members.stream().filter(m -> m.name().equals(name)).findFirst();
    }
}
