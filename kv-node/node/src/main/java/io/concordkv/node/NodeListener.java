package io.concordkv.node;

import io.concordkv.topology.state.ClusterState;

/// What whoever runs a node wants to hear. Called on the loop.
public interface NodeListener {
    /// The cluster's state as applied here changed: addresses, keyspaces, shards.
    void topologyChanged(ClusterState state);

    /// Something a person should read in the log.
    void warned(String message);

    /// The cluster goes on without this volume, for good: the process ends, and the next start finds it empty
    /// (SAFETY I6).
    void retired(String reason);
}
