package io.concordkv.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Expects a refusal and hands it out for a closer look.
final class Refusals {
    private Refusals() {}

    static Problem refused(ProblemCode code, ThrowingCallable call) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, call);
        assertThat(thrown).as("expected a refusal with %s", code.text()).isNotNull();
        assertThat(thrown.problem().code()).as(thrown.getMessage()).isEqualTo(code);
        return thrown.problem();
    }
}
