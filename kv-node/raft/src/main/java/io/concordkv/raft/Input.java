package io.concordkv.raft;

import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import java.util.List;

/// Everything that can happen to a replica.
public sealed interface Input {
    /// Time has passed; due at [RaftCore#nextDeadline], harmless earlier.
    record Tick() implements Input {}

    record Received(ReplicaId from, PeerMessage message) implements Input {}

    /// Appends one command each, in order, all or none. Answered by [Effect.Proposed] or
    /// [Effect.ProposalRefused]. The payloads are kept, not copied.
    record Propose(List<byte[]> payloads) implements Input {}

    /// Appends one entry that asks every replica for a hash of its state (SAFETY S10). Without effect, and without
    /// an answer, where this replica does not lead or hands leadership over.
    record HashState() implements Input {}

    /// Every [Effect.Persist] up to this id is durable.
    record Persisted(long persistId) implements Input {}

    /// The state machine holds everything up to `index`; entries below may leave memory.
    record Applied(long index) implements Input {}

    /// One batch of reads. Answered at once by [Effect.ReadOpened], later by [Effect.ReadConfirmed] or
    /// [Effect.ReadsAborted]; by [Effect.ReadsAborted] alone where this replica does not lead.
    record Read() implements Input {}

    /// A node frame says that `leader` leads in `term` (SAFETY R9). Resets the election timer, proves nothing.
    record LeaderAlive(ReplicaId leader, long term) implements Input {}

    /// A node frame was answered by the node of `peer`. Proves nothing about the group, so nothing happens.
    record FrameAcknowledged(ReplicaId peer) implements Input {}

    /// Hand leadership to a voter. Ends with [Effect.TransferEnded], at the latest after an election timeout.
    record TransferLeader(ReplicaId to) implements Input {}

    /// Change the members to these (SAFETY R5, R6). Answered by [Effect.ChangeProposed] or
    /// [Effect.ChangeRefused]; done when a plain configuration above that index is committed. Asked of a joint
    /// configuration with its own members it leaves it.
    ///
    /// @param expectedIndex index of the configuration the change was made for
    record ChangeMembers(List<Member> members, long expectedIndex) implements Input {}

    /// Stay away from leading by election rank only (SAFETY R8).
    record SetReluctant(boolean reluctant) implements Input {}

    /// Answer to [Effect.Fetch]: entries from the asked index on, at least one.
    record Fetched(ReplicaId to, List<LogEntry> entries) implements Input {}

    record FetchFailed(ReplicaId to) implements Input {}

    /// The follower has installed a snapshot at `position`.
    record SnapshotSent(ReplicaId to, LogPosition position) implements Input {}

    record SnapshotFailed(ReplicaId to) implements Input {}

    /// A snapshot is installed here and its WAL record is durable. From the decision on `logReset`, which
    /// is the negation of [RaftCore#contains] at that moment, to this input nothing else may be stepped.
    ///
    /// @param from     the leader that sent it, who is told; [ReplicaId#NONE] when there is nobody to tell
    /// @param fromTerm term of that leader
    /// @param logReset the WAL record dropped the whole log
    record SnapshotInstalled(
            LogPosition position,
            Configuration configuration,
            long configurationIndex,
            ReplicaId from,
            long fromTerm,
            boolean logReset)
            implements Input {}

    /// The log up to `index`, applied and durable, is dropped.
    record Compacted(long index) implements Input {}

    /// The connection to `peer` broke; what was under way to it may be lost.
    record PeerUnreachable(ReplicaId peer) implements Input {}
}
