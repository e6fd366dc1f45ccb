package io.concordkv.operator.observe;

/// The StatefulSet.
///
/// @param replicas       what its spec asks for now
/// @param current        its controller has seen the newest spec
/// @param updateRevision revision of the newest template, true only when `current`
public record SetFacts(String uid, int replicas, boolean current, String updateRevision) {}
