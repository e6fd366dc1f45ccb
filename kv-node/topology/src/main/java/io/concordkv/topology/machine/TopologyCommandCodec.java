package io.concordkv.topology.machine;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.base.VolumeId;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.StateCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bytes of a [TopologyCommand]: version (1), kind (1: order of the variants, from 1), then the fields. Kinds from 11
/// on are proposed from level 2 on, those from 16 on from level 4 on (SAFETY S9); the one that raises the level when
/// every node knows it.
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
            case TopologyCommand.RaiseLevel(var level) -> out.u8(10).varint(level);
            case TopologyCommand.BeginMove(var shard, var from, var to, var startedAt, var reason) ->
                out.u8(11)
                        .varint(shard.value())
                        .varint(from.value())
                        .varint(to.value())
                        .varint(startedAt)
                        .text(reason);
            case TopologyCommand.BeginSwitch(var move) -> out.u8(12).varint(move);
            case TopologyCommand.CancelMove(var move) -> out.u8(13).varint(move);
            case TopologyCommand.ReportConfiguration(var shard, var index, var configuration) ->
                out.u8(14).varint(shard.value()).varint(index).blob(ConfigurationCodec.encode(configuration));
            case TopologyCommand.ReportReplica(var shard, var replica) ->
                out.u8(15).varint(shard.value()).varint(replica.value());
            case TopologyCommand.AddNode(var name, var volume, var peer, var zone) ->
                writeVolume(out.u8(16).text(name), volume).text(peer).text(zone);
            case TopologyCommand.WantNode(var node, var standing) ->
                out.u8(17).varint(node.value()).u8(standing.ordinal());
            case TopologyCommand.ReplaceNode(var node, var volume, var peer) -> {
                out.u8(18).varint(node.value()).u8(volume.isPresent() ? 1 : 0);
                volume.ifPresent(it -> writeVolume(out, it).text(peer));
            }
            case TopologyCommand.ForgetNode(var node) -> out.u8(19).varint(node.value());
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
            case 10 -> new TopologyCommand.RaiseLevel((int) in.varint());
            case 11 ->
                new TopologyCommand.BeginMove(
                        new ShardId(in.varint()),
                        new NodeId(in.varint()),
                        new NodeId(in.varint()),
                        in.varint(),
                        in.text());
            case 12 -> new TopologyCommand.BeginSwitch(in.varint());
            case 13 -> new TopologyCommand.CancelMove(in.varint());
            case 14 ->
                new TopologyCommand.ReportConfiguration(
                        new ShardId(in.varint()), in.varint(), ConfigurationCodec.decode(in.blob()));
            case 15 -> new TopologyCommand.ReportReplica(new ShardId(in.varint()), new ReplicaId(in.varint()));
            case 16 -> new TopologyCommand.AddNode(in.text(), readVolume(in), in.text(), in.text());
            case 17 -> new TopologyCommand.WantNode(new NodeId(in.varint()), StateCodec.standing(in.u8()));
            case 18 -> {
                NodeId node = new NodeId(in.varint());
                boolean takenOver = in.u8() == 1;
                yield takenOver
                        ? new TopologyCommand.ReplaceNode(node, Optional.of(readVolume(in)), in.text())
                        : new TopologyCommand.ReplaceNode(node, Optional.empty(), "");
            }
            case 19 -> new TopologyCommand.ForgetNode(new NodeId(in.varint()));
            default -> throw new DecodeException("topology command kind", "1..19", kind);
        };
        in.expectEnd();
        return command;
    }

    private static ByteWriter writeVolume(ByteWriter out, VolumeId volume) {
        return out.i64(volume.high()).i64(volume.low());
    }

    private static VolumeId readVolume(ByteReader in) {
        return new VolumeId(in.i64(), in.i64());
    }
}
