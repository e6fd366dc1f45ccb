package io.concordkv.raft.scenario;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Member;
import io.concordkv.raft.PeerMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// Effects and messages as short lines: `index@term`, `[first..last@term]`.
final class Trace {
    private Trace() {}

    static String of(Effect effect) {
        return switch (effect) {
            case Effect.Persist p -> "persist #" + p.persistId() + hardState(p) + truncation(p) + entries(p.entries());
            case Effect.Send s ->
                "to " + s.to() + ": " + of(s.message())
                        + (s.afterPersistId() == 0 ? "" : " after #" + s.afterPersistId());
            case Effect.Apply(var first, var last) -> "apply " + (first == last ? "" + first : first + ".." + last);
            case Effect.Proposed(var first, var count) -> "proposed " + count + " at " + first;
            case Effect.ProposalRefused(var refusal) -> "proposal refused: " + refusal;
            case Effect.ChangeProposed(var index) -> "change begins at " + index;
            case Effect.ChangeRefused(var refusal) -> "change refused: " + refusal;
            case Effect.ReadOpened(var round) -> "read joined round " + round;
            case Effect.ReadConfirmed(var round, var index) -> "reads confirmed to round " + round + " at " + index;
            case Effect.ReadsAborted(var refusal) -> "reads aborted: " + refusal;
            case Effect.RoleChanged(var role, var term, var leader) ->
                role.toString().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + " term " + term + " leader "
                        + (leader.isNone() ? "-" : leader);
            case Effect.Fetch(var to, var from, var bytesMax) -> "fetch from " + from + " for " + to;
            case Effect.SendSnapshot(var to) -> "send snapshot to " + to;
            case Effect.AcknowledgedLost(var replica, var acknowledged, var last) ->
                "damaged: " + replica + " acknowledged " + acknowledged + " has " + last;
            case Effect.TransferEnded(var to, var handedOver) ->
                "transfer to " + to + (handedOver ? " handed over" : " given up");
        };
    }

    static String of(PeerMessage message) {
        String body = switch (message) {
            case PeerMessage.PreVote m -> "PreVote last " + at(m.last());
            case PeerMessage.PreVoteReply m -> "PreVoteReply " + (m.granted() ? "yes" : "no");
            case PeerMessage.Vote m -> "Vote last " + at(m.last()) + (m.transfer() ? " transfer" : "");
            case PeerMessage.VoteReply m -> "VoteReply " + (m.granted() ? "yes" : "no");
            case PeerMessage.Append m ->
                "Append after " + at(m.prev()) + entries(m.entries()) + " commit " + m.commit();
            case PeerMessage.AppendReply m ->
                "AppendReply "
                        + (m.accepted()
                                ? "match " + m.matchIndex()
                                : "lacks " + m.matchIndex() + " hint " + at(m.hint()));
            case PeerMessage.Heartbeat m -> "Heartbeat commit " + m.commit() + " round " + m.round();
            case PeerMessage.HeartbeatReply m ->
                "HeartbeatReply round " + m.round() + (m.hasLost() ? " lost " + m.acknowledged() : "");
            case PeerMessage.TimeoutNow m -> "TimeoutNow";
        };
        return "t" + message.term() + " " + body;
    }

    static String at(LogPosition position) {
        return position.index() + "@" + position.term();
    }

    static String of(LogEntry entry) {
        String content = switch (entry.kind()) {
            case NOOP -> "no-op";
            case STATE_HASH -> "hash";
            case COMMAND -> new String(entry.payload(), StandardCharsets.UTF_8);
            case CONFIGURATION -> {
                var configuration = ConfigurationCodec.decode(entry.payload());
                yield "members " + of(configuration.members())
                        + (configuration.isJoint() ? " leaving " + of(configuration.outgoing()) : "");
            }
        };
        return at(entry.position()) + " " + content;
    }

    /// Learners are marked with `*`.
    private static String of(List<Member> members) {
        return members.stream()
                .map(member -> member.replica() + (member.isVoter() ? "" : "*"))
                .collect(Collectors.joining(","));
    }

    private static String hardState(Effect.Persist persist) {
        var state = persist.hardState();
        if (state == null) {
            return "";
        }
        String vote = state.votedFor().isNone() ? "-" : state.votedFor().toString();
        return " term " + state.term() + " vote " + vote + " commit " + state.commit();
    }

    private static String truncation(Effect.Persist persist) {
        return persist.truncateAfter() < 0 ? "" : " cut after " + persist.truncateAfter();
    }

    private static String entries(List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return "";
        }
        return entries.stream()
                .map(entry -> at(entry.position()) + (entry.kind() == EntryKind.COMMAND ? "" : "!"))
                .collect(Collectors.joining(" ", " [", "]"));
    }
}
