package io.concordkv.crds;

/// Where clients connect: client Service, and the admin port of the nodes' Service.
public record ClusterEndpoints(String http, String admin) {}
