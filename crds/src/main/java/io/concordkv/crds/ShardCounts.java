package io.concordkv.crds;

/// Counts over the shards of all keyspaces, without the topology group.
public record ShardCounts(int total, int quorate, int underReplicated) {}
