package io.concordkv.crds;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;

/// Who decides when the next node restarts for a new template.
///
/// @param mode `auto`: the operator, one node at a time
public record UpdatePolicy(
        @Default("auto")
        @ValidationRule(
                value = "self == 'auto'",
                message = "spec.updatePolicy.mode must be 'auto'; 'supervised' is not supported yet")
        Mode mode) {

    public static final UpdatePolicy DEFAULT = new UpdatePolicy(Mode.AUTO);

    public UpdatePolicy {
        mode = mode == null ? Mode.AUTO : mode;
    }

    public enum Mode {
        @JsonProperty("auto")
        AUTO,
        @JsonProperty("supervised")
        SUPERVISED
    }
}
