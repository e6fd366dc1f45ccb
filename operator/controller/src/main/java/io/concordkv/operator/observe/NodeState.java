package io.concordkv.operator.observe;

import java.util.Locale;

/// State a node reports of itself (API §4).
public enum NodeState {
    EMPTY,
    PREPARED,
    JOINING,
    SERVING,
    DRAINING,
    DRAINED,
    REMOVED,
    DAMAGED,
    /// A word this operator does not know yet; treated as a member that does not serve.
    UNKNOWN;

    static NodeState of(String word) {
        for (NodeState state : values()) {
            if (state.word().equals(word)) {
                return state;
            }
        }
        return UNKNOWN;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The node has taken part in a cluster: founding anew would lose what it holds.
    public boolean isActivated() {
        return switch (this) {
            case EMPTY, PREPARED, REMOVED -> false;
            case JOINING, SERVING, DRAINING, DRAINED, DAMAGED, UNKNOWN -> true;
        };
    }

    /// The node holds no replica by any committed configuration (SAFETY R8).
    public boolean holdsNothing() {
        return switch (this) {
            case EMPTY, PREPARED, REMOVED -> true;
            case JOINING, SERVING, DRAINING, DRAINED, DAMAGED, UNKNOWN -> false;
        };
    }
}
