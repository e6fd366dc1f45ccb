package io.concordkv.it.conformance;

import java.time.Duration;
import java.util.List;

/// How one step went.
///
/// @param reason why it failed or was skipped; empty when it passed
/// @param notes  what was measured on the way
public record StepResult(Step step, Verdict verdict, String reason, Duration time, List<String> notes) {
    public enum Verdict {
        PASS,
        FAIL,
        SKIPPED
    }
}
