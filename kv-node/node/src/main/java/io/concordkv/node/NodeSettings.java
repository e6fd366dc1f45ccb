package io.concordkv.node;

import io.concordkv.shard.host.HostOptions;
import io.concordkv.wal.WalOptions;

/// What a node is told when it starts.
///
/// @param name        its name in the cluster; a pod's name under Kubernetes
/// @param zone        where it stands; may be empty
/// @param peer        host:port others reach its peer connections at
/// @param http        host:port others reach its data port at
/// @param admin       host:port others reach its admin port at
/// @param version     of this program
/// @param memoryBytes what the engines of all shards may take together
public record NodeSettings(
        String name,
        String zone,
        String peer,
        String http,
        String admin,
        String version,
        long memoryBytes,
        HostOptions host,
        WalOptions wal) {}
