package io.concordkv.topology.machine;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.StateCodec;
import java.util.ArrayList;
import java.util.List;

/// Bytes of a [TopologyCommand]: version (1), kind (1: order of the variants, from 1), then the fields.
public final class TopologyCommandCodec {
    private static final int VERSION = 1;
    private static final int ITEMS_MAX = 1 << 16;

    private TopologyCommandCodec() {}

    public static byte[] encode(TopologyCommand command) {
        ByteWriter out = new ByteWriter(128).u8(VERSION);
        switch (command) {
            case TopologyCommand.Found(var body) -> out.u8(1).blob(body.encode());
            case TopologyCommand.ReportNode(var node) -> StateCodec.writeNode(out.u8(2), node);
            case TopologyCommand.CreateKeyspace(var name, var engine, var shards, var mode, var replication) ->
                out.u8(3)
                        .text(name)
                        .text(engine)
                        .varint(shards)
                        .u8(mode == KeyspaceMode.HASH ? 1 : 2)
                        .varint(replication);
            case TopologyCommand.ReportCreated(var node, var shards) -> {
                out.u8(4).varint(node.value()).varint(shards.size());
                shards.forEach(it -> out.varint(it.value()));
            }
            case TopologyCommand.BeginDelete(var name) -> out.u8(5).text(name);
            case TopologyCommand.EndDelete(var keyspace) -> out.u8(6).varint(keyspace);
            case TopologyCommand.Reserve(var node, var purpose, var owner, var incarnation) ->
                out.u8(7).varint(node.value()).text(purpose).text(owner).varint(incarnation);
            case TopologyCommand.Release(var node) -> out.u8(8).varint(node.value());
            case TopologyCommand.GiveBack(var node, var owner) ->
                out.u8(9).varint(node.value()).text(owner);
        }
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no command this version knows
    public static TopologyCommand decode(byte[] payload) {
        ByteReader in = new ByteReader(payload);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("topology command version", "1", version);
        }
        int kind = in.u8();
        TopologyCommand command = switch (kind) {
            case 1 -> new TopologyCommand.Found(FoundingBody.decode(in.blob()));
            case 2 -> new TopologyCommand.ReportNode(StateCodec.readNode(in));
            case 3 ->
                new TopologyCommand.CreateKeyspace(
                        in.text(),
                        in.text(),
                        (int) in.varint(),
                        in.u8() == 1 ? KeyspaceMode.HASH : KeyspaceMode.SINGLE,
                        (int) in.varint());
            case 4 -> {
                NodeId node = new NodeId(in.varint());
                int count = in.length(ITEMS_MAX);
                List<ShardId> shards = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    shards.add(new ShardId(in.varint()));
                }
                yield new TopologyCommand.ReportCreated(node, shards);
            }
            case 5 -> new TopologyCommand.BeginDelete(in.text());
            case 6 -> new TopologyCommand.EndDelete(in.varint());
            case 7 -> new TopologyCommand.Reserve(new NodeId(in.varint()), in.text(), in.text(), in.varint());
            case 8 -> new TopologyCommand.Release(new NodeId(in.varint()));
            case 9 -> new TopologyCommand.GiveBack(new NodeId(in.varint()), in.text());
            default -> throw new DecodeException("topology command kind", "1..9", kind);
        };
        in.expectEnd();
        return command;
    }
}
