package io.concordkv.crds;

/// Counts as text, for the columns of kubectl get: ready and wanted nodes, such as 3/3.
public record ClusterSummary(String nodes) {}
