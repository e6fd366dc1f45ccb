package io.concordkv.shard.host;

import io.concordkv.shard.replica.ReplicaOptions;

/// Times and bounds of a host.
///
/// @param beatNanos     interval of node frames, and of looks at deadlines of calls and sizes of logs
/// @param idleBeatNanos the same while no group sends or writes anything; well below the election timeout
public record HostOptions(ReplicaOptions replica, long beatNanos, long idleBeatNanos) {
    public static final HostOptions DEFAULT = new HostOptions(ReplicaOptions.DEFAULT, 100_000_000, 300_000_000);
}
