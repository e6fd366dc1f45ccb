package io.concordkv.operator.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One thing to do. A plan holds at most one that [disrupts][#isDisruptive()].
public sealed interface Decision {

    /// Make every owned object what the spec says, with so many pods.
    ///
    /// @param maxUnavailable of the disruption budget; empty = there is none
    record ApplyObjects(int replicas, OptionalInt maxUnavailable) implements Decision {}

    /// Draw a random cluster id into status; founding begins only after it is stored (SAFETY I3).
    record DrawClusterId() implements Decision {}

    /// Take over the id the volumes carry.
    record AdoptClusterId(String clusterId) implements Decision {}

    /// Remember for ever that the cluster was active.
    record RememberActive() implements Decision {}

    /// Found the cluster, or go on where an earlier attempt stopped.
    ///
    /// @param via pod to ask
    record Found(String via, Founding body) implements Decision {}

    /// Ask the cluster for the right to stop the node and, when granted and `mayDelete`, delete its
    /// pod (SAFETY R8).
    ///
    /// @param via       pod to ask
    /// @param mayDelete the budget is seen closed and the node leads nothing any more
    record RestartNode(String pod, String uid, String nodeId, String via, boolean mayDelete) implements Decision {}

    /// Delete a pod that no shard can miss: an exception of SAFETY R8.
    record DeletePod(String pod, String uid, String exception) implements Decision {}

    /// Give a reservation back. Harmless when it has already ended.
    ///
    /// @param pod    whose node is reserved
    /// @param action what stays under way until the cluster has answered that the node is free; empty
    ///               when a release that fails is decided again from what the cluster shows
    record Release(String pod, String nodeId, String via, Optional<Action> action) implements Decision {}

    /// Have the StatefulSet's controller try again at once to make pods it was refused.
    record Nudge(String uid) implements Decision {}

    /// Delete the StatefulSet, and with it its pods, because the user deleted the cluster.
    record DeleteSet(String uid) implements Decision {}

    /// Delete the volume claims, because the user chose `dataPolicy: Delete`.
    record DeleteClaims(List<String> names) implements Decision {}

    /// Nothing is left to clean up: let the resource go.
    record Forget() implements Decision {}

    /// Whether a node may stop serving because of it. Deletions the user asked for are not counted.
    default boolean isDisruptive() {
        return switch (this) {
            case RestartNode _, DeletePod _ -> true;
            case ApplyObjects _,
                    DrawClusterId _,
                    AdoptClusterId _,
                    RememberActive _,
                    Found _,
                    Release _,
                    Nudge _,
                    DeleteSet _,
                    DeleteClaims _,
                    Forget _ -> false;
        };
    }

    /// Name for metrics and logs.
    default String type() {
        return getClass().getSimpleName();
    }
}
