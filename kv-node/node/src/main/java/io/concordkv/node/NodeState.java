package io.concordkv.node;

import java.util.Locale;

/// What a node is, as the admin API calls it.
public enum NodeState {
    EMPTY,
    PREPARED,
    SERVING,
    DRAINING,
    DAMAGED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
