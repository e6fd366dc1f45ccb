package io.concordkv.simulation.world;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.ShardId;
import io.concordkv.node.admin.AdminCodec;
import io.concordkv.node.duty.HashQuestion;
import io.concordkv.node.duty.ShardReport;
import io.concordkv.node.founding.FoundingMessage;
import io.concordkv.node.route.ReadIndexQuestion;
import io.concordkv.node.route.Services;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.PeerMessage;
import io.concordkv.shard.call.CallCodec;
import io.concordkv.shard.command.CommandCodec;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.FrameKind;
import io.concordkv.shard.peer.GroupFrameCodec;
import io.concordkv.shard.peer.GroupMessage;
import io.concordkv.shard.peer.NodeFrame;
import io.concordkv.shard.peer.Preface;
import io.concordkv.shard.snapshot.SnapshotHeader;
import io.concordkv.topology.machine.TopologyCommandCodec;
import io.concordkv.topology.state.NodeRecord;
import io.concordkv.topology.state.NodeStanding;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// One frame as it travels between nodes, and what it says.
///
/// @param use     0 Raft lane, 1 bulk lane, 2 founding, 3 the first frame of any connection
/// @param service of a request or a reply, see [Services]; 0 for other frames
record GoldenFrame(int use, int service, byte[] bytes) {
    static final int HELLO = 3;

    /// Content and the bytes that today's code gives for it.
    record Part(Object content, byte[] bytes, byte[] again) {}

    /// The frame itself first, then whatever travels encoded inside it.
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        switch (use) {
            case Preface.RAFT -> raft(parts);
            case Preface.BULK -> bulk(parts);
            case Preface.FOUNDING -> parts.add(part(bytes, FoundingMessage::decode, FoundingMessage::encode));
            case HELLO -> parts.add(part(bytes, Preface::decode, Preface::encode));
            default -> throw new IllegalStateException("use " + use);
        }
        return parts;
    }

    private static <T> Part part(byte[] bytes, Function<byte[], T> decode, Function<T, byte[]> encode) {
        T content = decode.apply(bytes);
        return new Part(List.of(content), bytes, encode.apply(content));
    }

    private FrameKind kind(ByteReader in) {
        if (in.u8() != GroupFrameCodec.VERSION) {
            throw new IllegalStateException("frame version");
        }
        return FrameKind.of(in.u8());
    }

    private void raft(List<Part> parts) {
        ByteReader in = new ByteReader(bytes);
        FrameKind kind = kind(in);
        if (kind == FrameKind.NODE) {
            NodeFrame frame = NodeFrame.decode(in);
            parts.add(new Part(List.of(kind, frame), bytes, frame.encode()));
            return;
        }
        List<GroupMessage> messages = GroupFrameCodec.decode(in);
        ByteWriter again = GroupFrameCodec.start(new ByteWriter(64));
        messages.forEach(it -> GroupFrameCodec.append(again, it));
        parts.add(new Part(List.of(kind, messages), bytes, again.toByteArray()));
        for (GroupMessage message : messages) {
            if (message.message() instanceof PeerMessage.Append append) {
                append.entries().forEach(it -> entry(parts, message.shard(), it));
            }
        }
    }

    private static void entry(List<Part> parts, ShardId shard, LogEntry entry) {
        if (entry.kind() == EntryKind.CONFIGURATION) {
            parts.add(part(entry.payload(), ConfigurationCodec::decode, ConfigurationCodec::encode));
        } else if (entry.kind() == EntryKind.COMMAND) {
            parts.add(
                    shard.equals(ShardId.TOPOLOGY)
                            ? part(entry.payload(), TopologyCommandCodec::decode, TopologyCommandCodec::encode)
                            : part(entry.payload(), CommandCodec::decode, CommandCodec::encode));
        }
    }

    private void bulk(List<Part> parts) {
        ByteReader in = new ByteReader(bytes);
        FrameKind kind = kind(in);
        BulkFrame frame = BulkFrame.decode(kind, in);
        parts.add(new Part(List.of(kind, frame), bytes, BulkFrame.encode(frame)));
        switch (frame) {
            case BulkFrame.Request request -> request(parts, request);
            case BulkFrame.Reply reply -> reply(parts, reply.body());
            case BulkFrame.SnapshotOffer offer ->
                parts.add(part(offer.header(), SnapshotHeader::decode, SnapshotHeader::encode));
            case BulkFrame.SnapshotPull it -> {}
            case BulkFrame.SnapshotChunk it -> {}
            case BulkFrame.SnapshotDone it -> {}
        }
    }

    private void request(List<Part> parts, BulkFrame.Request request) {
        if (request.service() != service) {
            throw new IllegalStateException("request of service " + request.service() + ", expected " + service);
        }
        byte[] body = request.body();
        switch (service) {
            case Services.SHARD ->
                parts.add(part(body, CallCodec::decode, it -> CallCodec.encode(it.shard(), it.call())));
            case Services.TOPOLOGY -> parts.add(part(body, TopologyCommandCodec::decode, TopologyCommandCodec::encode));
            case Services.REPORT, Services.LEVEL -> parts.add(new Part(List.of(), body, new byte[0]));
            case Services.ADMIN -> parts.add(part(body, AdminCodec::decode, AdminCodec::encode));
            case Services.HASH -> parts.add(part(body, HashQuestion::decode, HashQuestion::encode));
            case Services.READ_INDEX -> parts.add(part(body, ReadIndexQuestion::decode, ReadIndexQuestion::encode));
            default -> throw new IllegalStateException("the capture cannot read requests of service " + service);
        }
    }

    private void reply(List<Part> parts, byte[] body) {
        switch (service) {
            case Services.SHARD -> parts.add(part(body, CallCodec::decodeAnswer, CallCodec::encodeAnswer));
            case Services.TOPOLOGY -> parts.add(part(body, TopologyDesk.Outcome::decode, TopologyDesk.Outcome::encode));
            case Services.REPORT -> parts.add(part(body, ShardReport::decode, ShardReport::encode));
            case Services.ADMIN -> parts.add(part(body, AdminCodec::decodeAnswer, AdminCodec::encodeAnswer));
            case Services.LEVEL -> parts.add(new Part(List.of(body[0]), body, body));
            case Services.HASH -> parts.add(part(body, HashQuestion.Answer::decode, HashQuestion.Answer::encode));
            case Services.READ_INDEX ->
                parts.add(part(body, ReadIndexQuestion.Answer::decode, ReadIndexQuestion.Answer::encode));
            default -> throw new IllegalStateException("the capture cannot read replies of service " + service);
        }
    }

    /// What the frame says, in one line.
    String meaning() {
        return String.join(
                " | ", parts().stream().map(it -> describe(it.content())).toList());
    }

    /// As one paragraph of the capture file.
    String text() {
        return "frame " + use + " " + service + "\n" + HexFormat.of().formatHex(bytes) + "\n" + meaning() + "\n";
    }

    /// A paragraph of the capture file: the frame, and what it must say.
    record Expected(GoldenFrame frame, String meaning) {
        static List<Expected> all(String file) {
            List<Expected> all = new ArrayList<>();
            for (String paragraph : file.strip().split("\n\n")) {
                String[] lines = paragraph.split("\n");
                String[] head = lines[0].split(" ");
                byte[] bytes = HexFormat.of().parseHex(lines[1]);
                all.add(new Expected(
                        new GoldenFrame(Integer.parseInt(head[1]), Integer.parseInt(head[2]), bytes), lines[2]));
            }
            return all;
        }
    }

    /// A value as text: records with their components, bytes as they are when they are plain ASCII, else in
    /// hexadecimal.
    static String describe(Object value) {
        return switch (value) {
            case byte[] bytes -> bytes(bytes);
            case Optional<?> optional ->
                optional.<String>map(GoldenFrame::describe).orElse("-");
            case Collection<?> many ->
                many.stream().map(GoldenFrame::describe).toList().toString();
            case Map<?, ?> map -> describe(List.copyOf(map.entrySet()));
            case Map.Entry<?, ?> entry -> describe(entry.getKey()) + "=" + describe(entry.getValue());
            case Record record -> record(record);
            default -> value.toString();
        };
    }

    private static String bytes(byte[] bytes) {
        for (byte each : bytes) {
            if (each <= ' ' || each > '~') {
                return "0x" + HexFormat.of().formatHex(bytes);
            }
        }
        return '"' + new String(bytes, StandardCharsets.US_ASCII) + '"';
    }

    private static String record(Record record) {
        List<String> fields = new ArrayList<>();
        for (Object component : components(record)) {
            fields.add(describe(component));
        }
        return record.getClass().getSimpleName()
                + fields.toString().replaceFirst("^\\[", "(").replaceFirst("]$", ")");
    }

    /// A standing that no byte stands for is not told: records of nodes began without it.
    static List<Object> components(Record record) {
        return Arrays.stream(record.getClass().getRecordComponents())
                .map(it -> component(record, it))
                .filter(it -> !(record instanceof NodeRecord && it == NodeStanding.MEMBER))
                .toList();
    }

    private static Object component(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("component " + component, e);
        }
    }
}
