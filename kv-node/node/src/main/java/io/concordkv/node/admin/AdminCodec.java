package io.concordkv.node.admin;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.node.admin.AdminDesk.Answer;
import io.concordkv.node.admin.AdminDesk.Operation;
import io.concordkv.topology.state.KeyspaceMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Operations and answers of [AdminDesk] as the bodies of requests and replies between nodes.
///
/// An operation: tag (order of the variants, from 1), fields in the order of the record. An answer: code
/// (text), changed (1 byte), reasons (varint count, then texts). The version is that of the frame.
public final class AdminCodec {
    private AdminCodec() {}

    public static byte[] encode(Operation operation) {
        ByteWriter out = new ByteWriter(64);
        switch (operation) {
            case Operation.Restartable(var node) -> out.u8(1).varint(node.value());
            case Operation.Reserve(var node, var purpose, var owner) ->
                out.u8(2).varint(node.value()).text(purpose).text(owner);
            case Operation.Release(var node) -> out.u8(3).varint(node.value());
            case Operation.CreateKeyspace(var name, var engine, var shards, var mode, var replication) ->
                out.u8(4)
                        .text(name)
                        .text(engine)
                        .varint(shards)
                        .u8(mode.ordinal())
                        .varint(replication);
            case Operation.DeleteKeyspace(var name) -> out.u8(5).text(name);
            case Operation.GiveBack(var node, var owner) ->
                out.u8(6).varint(node.value()).text(owner);
            case Operation.Move(var shard, var from, var to, var reason) ->
                out.u8(7)
                        .varint(shard.value())
                        .varint(from.value())
                        .varint(to.value())
                        .text(reason);
            case Operation.CancelMove(var move) -> out.u8(8).varint(move);
            case Operation.Join(var name, var volume, var peer, var zone) ->
                writeVolume(out.u8(9).text(name), volume).text(peer).text(zone);
            case Operation.Drain(var node, var on) ->
                out.u8(10).varint(node.value()).u8(on ? 1 : 0);
            case Operation.Remove(var node) -> out.u8(11).varint(node.value());
            case Operation.Replace(var node, var volume, var peer) -> {
                out.u8(12).varint(node.value()).u8(volume.isPresent() ? 1 : 0);
                volume.ifPresent(it -> writeVolume(out, it).text(peer));
            }
        }
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no operation of this version
    public static Operation decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int tag = in.u8();
        return switch (tag) {
            case 1 -> new Operation.Restartable(new NodeId(in.varint()));
            case 2 -> new Operation.Reserve(new NodeId(in.varint()), in.text(), in.text());
            case 3 -> new Operation.Release(new NodeId(in.varint()));
            case 4 ->
                new Operation.CreateKeyspace(
                        in.text(),
                        in.text(),
                        (int) in.varint(),
                        in.u8() == 0 ? KeyspaceMode.HASH : KeyspaceMode.SINGLE,
                        (int) in.varint());
            case 5 -> new Operation.DeleteKeyspace(in.text());
            case 6 -> new Operation.GiveBack(new NodeId(in.varint()), in.text());
            case 7 ->
                new Operation.Move(
                        new ShardId(in.varint()), new NodeId(in.varint()), new NodeId(in.varint()), in.text());
            case 8 -> new Operation.CancelMove(in.varint());
            case 9 -> new Operation.Join(in.text(), readVolume(in), in.text(), in.text());
            case 10 -> new Operation.Drain(new NodeId(in.varint()), in.u8() == 1);
            case 11 -> new Operation.Remove(new NodeId(in.varint()));
            case 12 -> {
                NodeId node = new NodeId(in.varint());
                boolean present = in.u8() == 1;
                yield present
                        ? new Operation.Replace(node, Optional.of(readVolume(in)), in.text())
                        : new Operation.Replace(node, Optional.empty(), "");
            }
            default -> throw new DecodeException("admin operation tag", "1..12", tag);
        };
    }

    private static ByteWriter writeVolume(ByteWriter out, VolumeId volume) {
        return out.i64(volume.high()).i64(volume.low());
    }

    private static VolumeId readVolume(ByteReader in) {
        return new VolumeId(in.i64(), in.i64());
    }

    public static byte[] encodeAnswer(Answer answer) {
        ByteWriter out = new ByteWriter(64)
                .text(answer.code())
                .u8(answer.changed() ? 1 : 0)
                .varint(answer.reasons().size());
        answer.reasons().forEach(out::text);
        return out.toByteArray();
    }

    public static Answer decodeAnswer(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        String code = in.text();
        boolean changed = in.u8() == 1;
        int count = in.length(1 << 16);
        List<String> reasons = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            reasons.add(in.text());
        }
        return new Answer(code, reasons, changed);
    }
}
