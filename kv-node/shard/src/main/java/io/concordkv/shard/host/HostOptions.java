package io.concordkv.shard.host;

import io.concordkv.shard.replica.ReplicaOptions;

/// Times and bounds of a host.
///
/// @param nodeFrameNanos interval of node frames
/// @param sweepNanos     interval at which deadlines of calls and sizes of logs are looked at
public record HostOptions(ReplicaOptions replica, long nodeFrameNanos, long sweepNanos) {
    public static final HostOptions DEFAULT = new HostOptions(ReplicaOptions.DEFAULT, 100_000_000, 100_000_000);
}
