package io.concordkv.operator.observe;

/// A volume claim of the cluster.
public record ClaimFacts(String name, String uid, int ordinal, boolean deleting) {}
