package io.concordkv.it.fault;

import java.time.Duration;
import java.util.List;

/// How one round of one fault went.
///
/// @param reason why it failed or was not tried; empty when it passed
/// @param notes  what was measured on the way
public record FaultResult(Fault fault, int round, Verdict verdict, String reason, Duration time, List<String> notes) {
    /// What came out.
    public enum Verdict {
        PASS,
        FAIL,
        /// It cannot be tried on this machine; the reason says what is missing.
        SKIPPED
    }

    public FaultResult {
        notes = List.copyOf(notes);
    }
}
