package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where pods may run. Accepted in shape, refused in content until the operator acts on it.
///
/// @param affinity       as in a pod
/// @param tolerations    as in a pod
/// @param nodeSelector   as in a pod
/// @param topologySpread as `topologySpreadConstraints` in a pod
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = "!has(self.affinity)", message = "spec.scheduling.affinity is not supported yet")
@ValidationRule(
        value = "!has(self.tolerations) || size(self.tolerations) == 0",
        message = "spec.scheduling.tolerations is not supported yet")
@ValidationRule(
        value = "!has(self.nodeSelector) || size(self.nodeSelector) == 0",
        message = "spec.scheduling.nodeSelector is not supported yet")
@ValidationRule(
        value = "!has(self.topologySpread) || size(self.topologySpread) == 0",
        message = "spec.scheduling.topologySpread is not supported yet")
public record Scheduling(
        @Nullable JsonNode affinity,
        @Size(max = 32) List<JsonNode> tolerations,
        @Size(max = 32) Map<String, @Size(max = 63) String> nodeSelector,
        @Size(max = 16) List<JsonNode> topologySpread) {

    public static final Scheduling NONE = new Scheduling(null, List.of(), Map.of(), List.of());

    public Scheduling {
        tolerations = tolerations == null ? List.of() : tolerations;
        nodeSelector = nodeSelector == null ? Map.of() : nodeSelector;
        topologySpread = topologySpread == null ? List.of() : topologySpread;
    }
}
