package io.concordkv.operator.plan;

import java.util.List;

/// Where the cluster stands between empty volumes and active.
sealed interface Stage {
    /// Not every node has said what its volume holds.
    record Waiting(List<String> reasons) implements Stage {}

    /// All volumes are empty and no id is stored.
    record Fresh() implements Stage {}

    /// The volumes carry an id that status does not name.
    record Carried(String clusterId) implements Stage {}

    /// Everybody has answered, the id is stored, not all are activated.
    record Foundable(String via, Founding body) implements Stage {}

    /// Active, but status does not say so yet.
    record JustActive() implements Stage {}

    record Active() implements Stage {}

    record Conflicting(Problem problem) implements Stage {}

    record Lost(Problem problem) implements Stage {}
}
