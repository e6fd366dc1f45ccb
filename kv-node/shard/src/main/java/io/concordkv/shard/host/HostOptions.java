package io.concordkv.shard.host;

import io.concordkv.shard.replica.ReplicaOptions;

/// Times and bounds of a host.
///
/// @param beatNanos     interval of node frames, and of looks at deadlines of calls and sizes of logs
/// @param idleBeatNanos the same while no group sends or writes anything; well below the election timeout
/// @param hashEveryNanos interval at which the replicas of a shard compare hashes of their state; 0 = never (S10)
/// @param scrubNanos    within it the whole log is read once in the background; 0 = never (S10)
public record HostOptions(
        ReplicaOptions replica, long beatNanos, long idleBeatNanos, long hashEveryNanos, long scrubNanos) {
    public static final HostOptions DEFAULT =
            new HostOptions(ReplicaOptions.DEFAULT, 100_000_000, 300_000_000, 600_000_000_000L, 3_600_000_000_000L);
}
