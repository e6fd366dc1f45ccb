package io.concordkv.shard.peer;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/// The frame that carries Raft messages of any number of groups from one node to another.
///
/// | field    | bytes  | meaning                                                    |
/// |----------|-------:|------------------------------------------------------------|
/// | version  |      1 | 1                                                          |
/// | kind     |      1 | 1                                                          |
/// | messages |   rest | until the end of the frame, each:                          |
/// | — type   |      1 | order of [PeerMessage]: 1 pre-vote … 9 timeout-now         |
/// | — group, sender, receiver, term | varint each |                                 |
/// | — fields |        | of the type, in the order of its record; positions as term, index; |
/// |          |        | booleans 1 byte; numbers varint                            |
///
/// An append's entries are a varint count, then each: term (varint), kind (1), payload (blob); their
/// indexes follow `prev`.
public final class GroupFrameCodec {
    public static final int VERSION = 1;
    private static final int PRE_VOTE = 1;
    private static final int PRE_VOTE_REPLY = 2;
    private static final int VOTE = 3;
    private static final int VOTE_REPLY = 4;
    private static final int APPEND = 5;
    private static final int APPEND_REPLY = 6;
    private static final int HEARTBEAT = 7;
    private static final int HEARTBEAT_REPLY = 8;
    private static final int TIMEOUT_NOW = 9;
    private static final int ENTRIES_MAX = 1 << 20;

    private GroupFrameCodec() {}

    public static ByteWriter start(ByteWriter out) {
        return out.u8(VERSION).u8(FrameKind.GROUP_MESSAGES.code());
    }

    public static void append(ByteWriter out, GroupMessage envelope) {
        PeerMessage message = envelope.message();
        out.u8(typeOf(message))
                .varint(envelope.shard().value())
                .varint(envelope.from().value())
                .varint(envelope.to().value())
                .varint(message.term());
        switch (message) {
            case PeerMessage.PreVote(var term, var last) -> position(out, last);
            case PeerMessage.PreVoteReply(var term, var granted) -> out.u8(bit(granted));
            case PeerMessage.Vote(var term, var last, var transfer) ->
                position(out, last).u8(bit(transfer));
            case PeerMessage.VoteReply(var term, var granted) -> out.u8(bit(granted));
            case PeerMessage.Append(var term, var prev, var entries, var commit) -> {
                position(out, prev).varint(commit).varint(entries.size());
                for (LogEntry entry : entries) {
                    out.varint(entry.term()).u8(entry.kind().code()).blob(entry.payload());
                }
            }
            case PeerMessage.AppendReply(var term, var accepted, var match, var hint) ->
                position(out.u8(bit(accepted)).varint(match), hint);
            case PeerMessage.Heartbeat(var term, var commit, var round, var acknowledged) ->
                out.varint(commit).varint(round).varint(acknowledged);
            case PeerMessage.HeartbeatReply(var term, var round, var acknowledged, var last) ->
                out.varint(round).varint(acknowledged).varint(last);
            case PeerMessage.TimeoutNow(var term) -> {}
        }
    }

    /// @param in behind version and kind
    /// @throws DecodeException when the frame cannot be right; nothing of it may be used then
    public static List<GroupMessage> decode(ByteReader in) {
        List<GroupMessage> messages = new ArrayList<>();
        while (in.hasMore()) {
            int type = in.u8();
            ShardId shard = new ShardId(in.varint());
            ReplicaId from = new ReplicaId(in.varint());
            ReplicaId to = new ReplicaId(in.varint());
            messages.add(new GroupMessage(shard, from, to, message(in, type, in.varint())));
        }
        return messages;
    }

    private static PeerMessage message(ByteReader in, int type, long term) {
        return switch (type) {
            case PRE_VOTE -> new PeerMessage.PreVote(term, position(in));
            case PRE_VOTE_REPLY -> new PeerMessage.PreVoteReply(term, in.u8() == 1);
            case VOTE -> new PeerMessage.Vote(term, position(in), in.u8() == 1);
            case VOTE_REPLY -> new PeerMessage.VoteReply(term, in.u8() == 1);
            case APPEND -> append(in, term);
            case APPEND_REPLY -> new PeerMessage.AppendReply(term, in.u8() == 1, in.varint(), position(in));
            case HEARTBEAT -> new PeerMessage.Heartbeat(term, in.varint(), in.varint(), in.varint());
            case HEARTBEAT_REPLY -> new PeerMessage.HeartbeatReply(term, in.varint(), in.varint(), in.varint());
            case TIMEOUT_NOW -> new PeerMessage.TimeoutNow(term);
            default -> throw new DecodeException("message type", "1..9", type);
        };
    }

    private static PeerMessage append(ByteReader in, long term) {
        LogPosition prev = position(in);
        long commit = in.varint();
        int count = in.length(ENTRIES_MAX);
        List<LogEntry> entries = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            long entryTerm = in.varint();
            EntryKind kind = EntryKind.of((byte) in.u8());
            entries.add(new LogEntry(entryTerm, prev.index() + 1 + i, kind, in.blob()));
        }
        return new PeerMessage.Append(term, prev, entries, commit);
    }

    private static int typeOf(PeerMessage message) {
        return switch (message) {
            case PeerMessage.PreVote it -> PRE_VOTE;
            case PeerMessage.PreVoteReply it -> PRE_VOTE_REPLY;
            case PeerMessage.Vote it -> VOTE;
            case PeerMessage.VoteReply it -> VOTE_REPLY;
            case PeerMessage.Append it -> APPEND;
            case PeerMessage.AppendReply it -> APPEND_REPLY;
            case PeerMessage.Heartbeat it -> HEARTBEAT;
            case PeerMessage.HeartbeatReply it -> HEARTBEAT_REPLY;
            case PeerMessage.TimeoutNow it -> TIMEOUT_NOW;
        };
    }

    private static ByteWriter position(ByteWriter out, LogPosition position) {
        return out.varint(position.term()).varint(position.index());
    }

    private static LogPosition position(ByteReader in) {
        long term = in.varint();
        long index = in.varint();
        if (term < 0 || index < 0) {
            throw new DecodeException("log position is negative");
        }
        return new LogPosition(term, index);
    }

    private static int bit(boolean value) {
        return value ? 1 : 0;
    }
}
