package io.concordkv.node;

import java.util.Locale;

/// What a node is, as the admin API calls it.
public enum NodeState {
    EMPTY,
    PREPARED,
    /// A member that does not have the cluster's state yet.
    JOINING,
    SERVING,
    /// Its replicas move away, or it stops.
    DRAINING,
    /// Drained, and no replica but that of shard 0 is left.
    DRAINED,
    /// The cluster goes on without it.
    REMOVED,
    DAMAGED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
