package io.concordkv.operator.observe;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The StatefulSet.
///
/// @param replicas       what its spec asks for now
/// @param current        its controller has seen the newest spec
/// @param refused        why pods that are missing for some time are not made, by pod name
/// @param nudged         when its controller was last asked to try again; null = never
/// @param updateRevision revision of the newest template, true only when `current`
public record SetFacts(
        String uid,
        int replicas,
        boolean current,
        String updateRevision,
        Map<String, String> refused,
        @Nullable Instant nudged) {

    /// When the operator last asked for another try.
    public static final String NUDGED_ANNOTATION = "concordkv.io/nudged";
}
