package io.concordkv.local.type;

/// Where a type keeps what its `scale` subresource shows.
///
/// @param specReplicas   path such as `.spec.replicas`
/// @param statusReplicas path such as `.status.replicas`
/// @param selector       path of a string or a label selector; empty for none
public record ScalePaths(String specReplicas, String statusReplicas, String selector) {}
