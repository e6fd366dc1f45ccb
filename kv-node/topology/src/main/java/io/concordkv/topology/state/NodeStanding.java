package io.concordkv.topology.state;

import java.util.Locale;

/// What the cluster wants of a node.
public enum NodeStanding {
    /// It holds what it has and may get more.
    MEMBER,
    /// Its replicas move away, its leaders at once; it gets nothing new.
    DRAINING,
    /// It was drained and asked to go; it is forgotten once the topology group is without it.
    LEAVING,
    /// Its volume is given up: nothing from it counts any more, and its replicas are made anew (SAFETY R3).
    REPLACED;

    /// Whether peers still listen to it.
    public boolean isHeard() {
        return this != REPLACED;
    }

    /// As the admin API shows it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
