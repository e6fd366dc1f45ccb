package io.concordkv.shard.host;

import io.concordkv.base.ClusterId;
import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;

/// Who this node is (SAFETY I1, I4).
///
/// @param incarnation       how often this volume has been started
/// @param recoveredSequence highest WAL sequence it had when it started
public record HostIdentity(ClusterId cluster, NodeId node, VolumeId volume, long incarnation, long recoveredSequence) {}
