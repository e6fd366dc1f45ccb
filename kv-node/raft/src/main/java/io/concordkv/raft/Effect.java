package io.concordkv.raft;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the owner of a core must do, in the given order.
public sealed interface Effect {
    /// At most one a step; all of it becomes durable together, after every earlier one. Answered by
    /// [Input.Persisted].
    ///
    /// @param persistId     1, 2, 3 …
    /// @param hardState     null when unchanged
    /// @param truncateAfter last index kept of the log so far; −1 = nothing is truncated
    /// @param entries       follow what is kept, contiguous; may be empty
    record Persist(long persistId, @Nullable HardState hardState, long truncateAfter, List<LogEntry> entries)
            implements Effect {}

    /// @param afterPersistId leaves only when this persist is durable; 0 = at once
    record Send(ReplicaId to, PeerMessage message, long afterPersistId) implements Effect {}

    /// Committed and durable here; `first` follows the last index of the previous one.
    record Apply(long first, long last) implements Effect {}

    record Proposed(long firstIndex, int count) implements Effect {}

    record ProposalRefused(Refusal refusal) implements Effect {}

    /// The change of members has begun with the entry at this index.
    record ChangeProposed(long index) implements Effect {}

    record ChangeRefused(ChangeRefusal refusal) implements Effect {}

    /// The read joined this round.
    record ReadOpened(long round) implements Effect {}

    /// Every round up to `round` may be served once everything up to `readIndex` is applied.
    record ReadConfirmed(long round, long readIndex) implements Effect {}

    /// No open round will be confirmed.
    record ReadsAborted(Refusal refusal) implements Effect {}

    /// Role, term or known leader changed.
    ///
    /// @param leader [ReplicaId#NONE] when unknown
    record RoleChanged(Role role, long term, ReplicaId leader) implements Effect {}

    /// Read entries from the log for a follower, at least one, else up to `bytesMax`. Answered by
    /// [Input.Fetched] or [Input.FetchFailed].
    record Fetch(ReplicaId to, long from, long bytesMax) implements Effect {}

    /// Send a snapshot to a follower. Answered by [Input.SnapshotSent] or [Input.SnapshotFailed].
    record SendSnapshot(ReplicaId to) implements Effect {}

    /// A replica's log ends at `last`, below what it acknowledged as durable in the present term: its volume was
    /// rolled back, and it is damaged (SAFETY I4, R3). Told by the leader of a follower, and by a replica of
    /// itself, which must then be stepped no more.
    record AcknowledgedLost(ReplicaId replica, long acknowledged, long last) implements Effect {}

    /// @param handedOver false when the transfer was given up and this replica still leads, or could not start
    record TransferEnded(ReplicaId to, boolean handedOver) implements Effect {}
}
