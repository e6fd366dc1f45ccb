package io.concordkv.operator.plan;

import java.util.List;

/// Body of `POST /bootstrap`. The same cluster id and volumes always give the same body, so it may
/// be sent again at any time (SAFETY I2).
public record Founding(
        String clusterId, int replicationFactor, int shards, String engine, List<FoundingMember> nodes) {}
