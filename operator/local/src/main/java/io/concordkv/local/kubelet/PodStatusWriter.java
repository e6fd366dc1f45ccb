package io.concordkv.local.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the status of one pod when it differs from what was written last. Only the pod's thread
/// calls it.
final class PodStatusWriter {
    private final KubernetesClient client;
    private @Nullable PodStatus written;

    PodStatusWriter(KubernetesClient client) {
        this.client = client;
    }

    /// @param pod as the API last showed it, perhaps older than our last write
    void write(Pod pod, PodStatusText.Observed observed, Instant now) {
        PodStatus status = PodStatusText.of(withOurConditions(pod), observed, now);
        if (status.equals(written)) {
            return;
        }
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of("metadata", Map.of("uid", pod.getMetadata().getUid()), "status", status));
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        written = status;
    }

    /// Our conditions as we wrote them, others as the API has them.
    private Pod withOurConditions(Pod pod) {
        if (written == null) {
            return pod;
        }
        List<PodCondition> conditions = new ArrayList<>(written.getConditions());
        if (pod.getStatus() != null) {
            for (var condition : pod.getStatus().getConditions()) {
                if (PodStatusText.isForeign(condition)) {
                    conditions.removeIf(other -> other.getType().equals(condition.getType()));
                    conditions.add(condition);
                }
            }
        }
        return new PodBuilder(pod)
                .editOrNewStatus()
                .withConditions(conditions)
                .endStatus()
                .build();
    }
}
