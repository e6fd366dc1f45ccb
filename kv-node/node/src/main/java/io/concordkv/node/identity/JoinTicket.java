package io.concordkv.node.identity;

import io.concordkv.base.ByteReader;
import io.concordkv.base.ByteWriter;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.topology.state.StateCodec;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an empty node gets when it joins, and keeps: who it is, and where shard 0 lives, from which it learns the
/// rest.
///
/// | field | bytes |
/// |---|--:|
/// | version | 1 |
/// | body | blob: what founded the cluster |
/// | node | varint: its id |
/// | rows | varint count, then key and value (blobs) of [StateCodec]: nodes, shard 0, its move |
///
/// @param state the cluster's state without keyspaces and other shards
public record JoinTicket(FoundingBody body, NodeId node, ClusterState state) {
    private static final int VERSION = 1;
    private static final int ROWS_MAX = 1 << 16;

    /// The ticket of a node that `state` names.
    public static JoinTicket of(FoundingBody body, NodeId node, ClusterState state) {
        SortedMap<ShardId, ShardRecord> shards = new TreeMap<>();
        state.shard(ShardId.TOPOLOGY).ifPresent(it -> shards.put(it.id(), it));
        SortedMap<Long, MoveRecord> moves = new TreeMap<>();
        state.moveOf(ShardId.TOPOLOGY).ifPresent(it -> moves.put(it.id(), it));
        ClusterState reduced = new ClusterState(
                state.cluster(),
                state.epoch(),
                state.level(),
                state.next(),
                state.nodes(),
                new TreeMap<>(),
                shards,
                moves,
                Optional.empty());
        return new JoinTicket(body, node, reduced);
    }

    public byte[] encode() {
        SortedMap<byte[], byte[]> rows = StateCodec.rows(state);
        ByteWriter out = new ByteWriter(512).u8(VERSION).blob(body.encode());
        out.varint(node.value()).varint(rows.size());
        for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
            out.blob(row.getKey()).blob(row.getValue());
        }
        return out.toByteArray();
    }

    /// @throws DecodeException when the bytes are no ticket of a known version
    public static JoinTicket decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("join ticket version", "1", version);
        }
        FoundingBody body = FoundingBody.decode(in.blob());
        NodeId node = new NodeId(in.varint());
        int count = in.length(ROWS_MAX);
        ClusterState state = ClusterState.EMPTY;
        for (int i = 0; i < count; i++) {
            state = StateCodec.add(state, in.blob(), in.blob());
        }
        in.expectEnd();
        return new JoinTicket(body, node, state);
    }
}
