package io.concordkv.topology.state;

import java.util.Locale;

/// How far a [MoveRecord] is.
public enum MovePhase {
    /// The new replica is made on its node, empty (SAFETY R2).
    CREATING,
    /// It is a learner, or about to be, and receives the log.
    LEARNING,
    /// It becomes a voter and the old one leaves, in one joint change.
    SWITCHING,
    /// Given up before it was switched: the learner leaves again.
    CANCELLING,
    /// A committed configuration of the shard shows the result.
    DONE,
    /// A committed configuration of the shard is without the learner.
    CANCELLED;

    public boolean isOver() {
        return this == DONE || this == CANCELLED;
    }

    /// As the admin API shows it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
