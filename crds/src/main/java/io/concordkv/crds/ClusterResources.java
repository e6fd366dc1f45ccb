package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/// Requests and limits of the node's container, `cpu` and `memory` only.
///
/// @param requests quantity by resource name
/// @param limits   quantity by resource name
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.requests) || !has(self.limits) || self.requests.all(k, !(k in self.limits)"
                + " || quantity(string(self.requests[k])).compareTo(quantity(string(self.limits[k]))) <= 0)",
        message = "spec.resources.requests must be at most spec.resources.limits")
public record ClusterResources(
        @Size(max = 2)
        @ValidationRule(
                value = "self.all(k, k == 'cpu' || k == 'memory')",
                message = "spec.resources.requests takes only cpu and memory")
        Map<String, Quantity> requests,

        @Size(max = 2)
        @ValidationRule(
                value = "self.all(k, k == 'cpu' || k == 'memory')",
                message = "spec.resources.limits takes only cpu and memory")
        Map<String, Quantity> limits) {

    public ClusterResources {
        requests = requests == null ? Map.of() : requests;
        limits = limits == null ? Map.of() : limits;
    }
}
