package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/// Labels and annotations for the pods. Accepted in shape, refused in content until the operator
/// acts on it.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.labels) || size(self.labels) == 0",
        message = "spec.podTemplate.labels is not supported yet")
@ValidationRule(
        value = "!has(self.annotations) || size(self.annotations) == 0",
        message = "spec.podTemplate.annotations is not supported yet")
public record PodTemplateExtras(
        @Size(max = 32) Map<String, @Size(max = 63) String> labels,
        @Size(max = 32) Map<String, @Size(max = 1024) String> annotations) {

    public static final PodTemplateExtras NONE = new PodTemplateExtras(Map.of(), Map.of());

    public PodTemplateExtras {
        labels = labels == null ? Map.of() : labels;
        annotations = annotations == null ? Map.of() : annotations;
    }
}
